<%@ Page Language="C#" %>
<%@ Import Namespace="System.Management.Automation" %>
<script runat="server">
protected void Unlock(object sender, EventArgs e) {
    if (!User.IsInRole("TOWN\\Helpdesk")) { Response.StatusCode = 403; return; }
    using (PowerShell ps = PowerShell.Create()) {
        ps.AddCommand("Unlock-ADAccount").AddParameter("Identity", Request.Form["account"]);
        foreach (PSObject o in ps.Invoke()) result.Text += Server.HtmlEncode(o.ToString()) + "<br/>";
        foreach (var x in ps.Streams.Error) result.Text += Server.HtmlEncode(x.ToString());
    }
}
</script>
<form runat="server"><input name="account"/><asp:Button runat="server" Text="Unlock" OnClick="Unlock"/><asp:Literal id="result" runat="server"/></form>
