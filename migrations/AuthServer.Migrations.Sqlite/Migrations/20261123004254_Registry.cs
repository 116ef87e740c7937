using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AuthServer.Migrations.Sqlite.Migrations
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
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Not in the model: whoever changes a client or scope, the version says so. A migration that rebuilds either table has to make its triggers again; a test holds that.
            foreach (var table in new[] { "Clients", "Scopes" })
            {
                foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
                {
                    migrationBuilder.Sql(
                        $"""
                        CREATE TRIGGER "{table}_{change}_steps_registry" AFTER {change} ON "{table}"
                        BEGIN UPDATE "Installation" SET "RegistryVersion" = "RegistryVersion" + 1; END;
                        """);
                }
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in new[] { "Clients", "Scopes" })
            {
                foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
                {
                    migrationBuilder.Sql($"""DROP TRIGGER "{table}_{change}_steps_registry";""");
                }
            }

            migrationBuilder.DropColumn(
                name: "RegistryVersion",
                table: "Installation");
        }
    }
}
