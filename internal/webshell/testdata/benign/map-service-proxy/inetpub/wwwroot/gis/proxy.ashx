<%@ WebHandler Language="C#" Class="proxy" %>
using System; using System.IO; using System.Net; using System.Web; using System.Configuration; using System.Linq;
public class proxy : IHttpHandler {
    public void ProcessRequest(HttpContext context) {
        string uri = Uri.UnescapeDataString(context.Request.QueryString.ToString());
        var allowed = ConfigurationManager.AppSettings["serverUrls"].Split(';');
        if (!allowed.Any(a => uri.StartsWith(a, StringComparison.InvariantCultureIgnoreCase))) { context.Response.StatusCode = 403; return; }
        var req = (HttpWebRequest)WebRequest.Create(uri);
        req.Method = context.Request.HttpMethod; req.ServicePoint.Expect100Continue = false;
        if (context.Request.InputStream.Length > 0) {
            req.ContentType = "application/x-www-form-urlencoded";
            using (var s = req.GetRequestStream()) context.Request.InputStream.CopyTo(s);
        }
        using (var res = req.GetResponse()) { context.Response.ContentType = res.ContentType; res.GetResponseStream().CopyTo(context.Response.OutputStream); }
    }
    public bool IsReusable { get { return false; } }
}
