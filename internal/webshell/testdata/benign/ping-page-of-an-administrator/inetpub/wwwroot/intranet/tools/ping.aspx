<%@ Page Language="C#" %>
<%@ Import Namespace="System.Diagnostics" %>
<script runat="server">
protected void Go(object s, EventArgs e) {
    var host = txtHost.Text.Trim();
    if (!System.Text.RegularExpressions.Regex.IsMatch(host, "^[a-zA-Z0-9.-]{1,60}$")) { lbl.Text = "bad name"; return; }
    var psi = new ProcessStartInfo("ping.exe", "-n 2 " + host);
    psi.UseShellExecute = false; psi.RedirectStandardOutput = true;
    using (var p = Process.Start(psi)) { lbl.Text = "<pre>" + Server.HtmlEncode(p.StandardOutput.ReadToEnd()) + "</pre>"; }
}
</script>
<form runat="server"><asp:TextBox id="txtHost" runat="server" /><asp:Button runat="server" Text="ping" OnClick="Go" /><asp:Literal id="lbl" runat="server" /></form>
