// Live progress of what goes on behind the page; at its end the page is loaded anew. Without this script one does that by hand.
for (const box of document.querySelectorAll('[data-progress]')) {
  const events = new EventSource(box.dataset.progress);
  events.onmessage = ({ data }) => {
    const { done, total, finished } = JSON.parse(data);
    if (finished) {
      events.close();
      location.reload();
      return;
    }

    const meter = box.querySelector('progress');
    meter.max = Math.max(1, total);
    meter.value = done;
    box.querySelector('[data-done]').textContent = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  };
}
