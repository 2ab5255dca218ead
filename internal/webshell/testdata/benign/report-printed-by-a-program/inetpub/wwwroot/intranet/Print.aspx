<%@ Page Language="C#" %>
<script runat="server">
void Page_Load(object sender, EventArgs e) {
    int id = Convert.ToInt32(Request.QueryString["invoice"]);
    string target = Server.MapPath("~/App_Data/pdf/" + id + ".pdf");
    var p = new System.Diagnostics.Process();
    p.StartInfo.FileName = Server.MapPath("~/bin/wkhtmltopdf.exe");
    p.StartInfo.Arguments = "--quiet https://intranet.example/invoice.aspx?id=" + id + " \"" + target + "\"";
    p.StartInfo.CreateNoWindow = true;
    p.Start(); p.WaitForExit(20000);
    Response.ContentType = "application/pdf";
    Response.WriteFile(target);
}
</script>
