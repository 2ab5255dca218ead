<%@ WebHandler Language="C#" Class="Thumb" %>
using System.Drawing; using System.Drawing.Imaging; using System.IO; using System.Web;
public class Thumb : IHttpHandler {
    public void ProcessRequest(HttpContext c) {
        string file = c.Server.MapPath("~/photos/" + Path.GetFileName(c.Request["f"]));
        int width = int.Parse(c.Request["w"] ?? "120");
        string cached = c.Server.MapPath("~/cache/" + Path.GetFileNameWithoutExtension(file) + "_" + width + ".jpg");
        if (!File.Exists(cached)) {
            using (var img = Image.FromFile(file))
            using (var small = img.GetThumbnailImage(width, img.Height * width / img.Width, null, System.IntPtr.Zero))
                small.Save(cached, ImageFormat.Jpeg);
        }
        c.Response.ContentType = "image/jpeg";
        c.Response.TransmitFile(cached);
    }
    public bool IsReusable { get { return true; } }
}
