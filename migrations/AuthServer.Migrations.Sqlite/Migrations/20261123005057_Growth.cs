using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AuthServer.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Growth : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_TokenFamilies_ClientId_Status",
                table: "TokenFamilies");

            migrationBuilder.DropIndex(
                name: "IX_Grants_ClientId_Status",
                table: "Grants");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_ClientId_State",
                table: "Deliveries");

            migrationBuilder.CreateIndex(
                name: "IX_Users_DisabledEmail",
                table: "Users",
                column: "NormalizedEmail",
                filter: "\"Disabled\"");

            migrationBuilder.CreateIndex(
                name: "IX_Users_DisabledName",
                table: "Users",
                column: "NormalizedName",
                filter: "\"Disabled\"");

            migrationBuilder.CreateIndex(
                name: "IX_TokenFamilies_ClientId_Status_Id",
                table: "TokenFamilies",
                columns: new[] { "ClientId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_Cause_At",
                table: "Revocations",
                columns: new[] { "Cause", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_ClientId_Cause_At",
                table: "Revocations",
                columns: new[] { "ClientId", "Cause", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_ClientId_Id",
                table: "Revocations",
                columns: new[] { "ClientId", "Id" },
                filter: "\"UserId\" IS NULL AND \"Jti\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_LoginSessions_LastSeenAt_Id",
                table: "LoginSessions",
                columns: new[] { "LastSeenAt", "Id" },
                filter: "\"Status\" = 'valid'");

            migrationBuilder.CreateIndex(
                name: "IX_Grants_ClientId_Status_Id",
                table: "Grants",
                columns: new[] { "ClientId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Grants_UserId_Status",
                table: "Grants",
                columns: new[] { "UserId", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_ClientId_State_CreatedAt",
                table: "Deliveries",
                columns: new[] { "ClientId", "State", "CreatedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Users_DisabledEmail",
                table: "Users");

            migrationBuilder.DropIndex(
                name: "IX_Users_DisabledName",
                table: "Users");

            migrationBuilder.DropIndex(
                name: "IX_TokenFamilies_ClientId_Status_Id",
                table: "TokenFamilies");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_Cause_At",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_ClientId_Cause_At",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_ClientId_Id",
                table: "Revocations");

            migrationBuilder.DropIndex(
                name: "IX_LoginSessions_LastSeenAt_Id",
                table: "LoginSessions");

            migrationBuilder.DropIndex(
                name: "IX_Grants_ClientId_Status_Id",
                table: "Grants");

            migrationBuilder.DropIndex(
                name: "IX_Grants_UserId_Status",
                table: "Grants");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_ClientId_State_CreatedAt",
                table: "Deliveries");

            migrationBuilder.CreateIndex(
                name: "IX_TokenFamilies_ClientId_Status",
                table: "TokenFamilies",
                columns: new[] { "ClientId", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_Grants_ClientId_Status",
                table: "Grants",
                columns: new[] { "ClientId", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_ClientId_State",
                table: "Deliveries",
                columns: new[] { "ClientId", "State" });
        }
    }
}
