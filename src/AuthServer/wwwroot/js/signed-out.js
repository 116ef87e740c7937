// Goes back to the client when its frames are loaded: the window's load event waits for them. One that does not answer is not waited for.
const patience = 3000;
const next = document.querySelector("a[data-go-on]");
if (next) {
  const goOn = () => location.replace(next.href);
  addEventListener("load", goOn, { once: true });
  setTimeout(goOn, patience);
}
