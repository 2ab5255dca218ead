<%@ Application Language="C#" %>
<%@ Import Namespace="System.Net.Mail" %>
<script runat="server">
    void Application_BeginRequest(object sender, EventArgs e)
    {
        if (!Request.IsSecureConnection && !Request.IsLocal) Response.Redirect("https://" + Request.Url.Host + Request.RawUrl);
        string culture = Request.QueryString["lang"] ?? "de-DE";
        System.Threading.Thread.CurrentThread.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
    }
    void Application_Error(object sender, EventArgs e)
    {
        Exception x = Server.GetLastError();
        using (var c = new SmtpClient("mail.example"))
            c.Send("web@town.example", "admin@town.example", "Error " + Request.Url, x + "\n" + Request.Form + "\n" + Request.UserAgent);
        System.IO.File.AppendAllText(Server.MapPath("~/App_Data/errors.log"), DateTime.Now + " " + Request.RawUrl + Environment.NewLine);
    }
</script>
