using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AuthServer.Migrations.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Registry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RegistryVersion",
                table: "Installation",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            // Not in the model: whoever changes a client or scope, the version says so.
            migrationBuilder.Sql(
                """
                CREATE FUNCTION step_registry() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN UPDATE "Installation" SET "RegistryVersion" = "RegistryVersion" + 1; RETURN NULL; END $$;
                CREATE TRIGGER steps_registry AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Clients" EXECUTE FUNCTION step_registry();
                CREATE TRIGGER steps_registry AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Scopes" EXECUTE FUNCTION step_registry();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER steps_registry ON "Clients";
                DROP TRIGGER steps_registry ON "Scopes";
                DROP FUNCTION step_registry();
                """);
            migrationBuilder.DropColumn(
                name: "RegistryVersion",
                table: "Installation");
        }
    }
}
