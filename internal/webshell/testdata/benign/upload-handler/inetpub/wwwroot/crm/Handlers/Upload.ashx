<%@ WebHandler Language="C#" Class="Upload" %>
using System; using System.IO; using System.Web; using System.Web.Script.Serialization;
public class Upload : IHttpHandler, System.Web.SessionState.IRequiresSessionState {
    public void ProcessRequest(HttpContext context) {
        context.Response.ContentType = "application/json";
        if (context.Session["user"] == null) { context.Response.StatusCode = 403; return; }
        var folder = context.Server.MapPath("~/App_Data/Uploads/" + context.Session["user"]);
        Directory.CreateDirectory(folder);
        for (int i = 0; i < context.Request.Files.Count; i++) {
            HttpPostedFile file = context.Request.Files[i];
            string name = Guid.NewGuid().ToString("N") + Path.GetExtension(file.FileName);
            file.SaveAs(Path.Combine(folder, name));
            context.Response.Write(new JavaScriptSerializer().Serialize(new { name = file.FileName, size = file.ContentLength }));
        }
    }
    public bool IsReusable { get { return false; } }
}
