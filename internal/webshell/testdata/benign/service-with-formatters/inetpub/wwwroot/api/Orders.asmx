<%@ WebService Language="C#" Class="Orders" %>
using System.IO; using System.Web.Services; using System.Web.Script.Services; using System.Web.Script.Serialization; using System.Runtime.Serialization.Formatters.Binary;
[WebService(Namespace = "https://api.example/")]
[ScriptService]
public class Orders : WebService {
    [WebMethod]
    public string Get(int id) {
        string cache = Server.MapPath("~/App_Data/orders.cache");
        object all;
        using (var f = File.OpenRead(cache)) all = new BinaryFormatter().Deserialize(f);
        return new JavaScriptSerializer().Serialize(((object[])all)[id]);
    }
    [WebMethod(EnableSession = true)]
    public void Put(string json) {
        var o = new JavaScriptSerializer().Deserialize<System.Collections.Generic.Dictionary<string, object>>(json);
        File.AppendAllText(Server.MapPath("~/App_Data/in.log"), o["id"] + "\r\n");
    }
}
