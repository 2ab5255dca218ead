<%@ Page Language="C#" %>
<%@ Import Namespace="System.DirectoryServices" %>
<script runat="server">
void Page_Load(object s, EventArgs e) {
    string q = (Request["name"] ?? "").Replace("(", "").Replace(")", "").Replace("*", "");
    using (var root = new DirectoryEntry("LDAP://dc=town,dc=example"))
    using (var d = new DirectorySearcher(root, "(&(objectClass=user)(displayName=" + q + "*))", new[] { "displayName", "telephoneNumber" }))
        foreach (SearchResult r in d.FindAll()) list.Text += Server.HtmlEncode(r.Properties["displayName"][0] + " " + r.Properties["telephoneNumber"][0]) + "<br/>";
}
</script>
<asp:Literal id="list" runat="server"/>
