<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="../Site.xsl"?>
<%@ Page Language="C#" %>
<%@ Import Namespace="System.DirectoryServices.AccountManagement" %>
<%@ Import Namespace="System.Runtime.InteropServices" %>
<script language="C#" runat="server">
    public string sHelpSourceServer, sLocalHelp;
    public Uri baseUrl;
    protected void Page_PreInit(object sender, EventArgs e)
    {
        Response.AppendHeader("X-Content-Type-Options", "nosniff");
        baseUrl = new Uri(new Uri(PageContentsHelper.GetBaseUri(Context), Request.FilePath), ".");
        sLocalHelp = ConfigurationManager.AppSettings["LocalHelp"];
    }
    void Page_Load(object sender, EventArgs e)
    {
        if (Request.Form["DomainUserName"] == null) return;
        string user = Request.Form["DomainUserName"], old = Request.Form["UserPass"], one = Request.Form["NewUserPass"];
        try
        {
            using (var ctx = new PrincipalContext(ContextType.Domain, user.Split('\\')[0]))
            using (var p = UserPrincipal.FindByIdentity(ctx, user)) { p.ChangePassword(old, one); p.Save(); }
            Response.Redirect("login.aspx?Error=PasswordSuccess");
        }
        catch (COMException x) { Response.Redirect("password.aspx?Error=" + Server.UrlEncode(x.Message)); }
    }
</script>
<RDWAPage helpurl="<%=sHelpSourceServer%>" baseurl="<%=Server.HtmlEncode(baseUrl.AbsoluteUri)%>"/>
