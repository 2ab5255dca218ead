<%@ Page Language="C#" %>
<script runat="server">
void Page_Load(object s, EventArgs e) {
    if (!IsPostBack) return;
    string f = Request.Form["formula"].Replace(",", ".");
    if (f.Trim("0123456789+-*/(). ".ToCharArray()).Length > 0) { answer.Text = "only numbers"; return; }
    answer.Text = new System.Data.DataTable().Compute(f, "").ToString();
    var provider = new Microsoft.CSharp.CSharpCodeProvider();
    ViewState["valid"] = provider.IsValidIdentifier("x" + f.Length);
}
</script>
<form runat="server"><input name="formula"/><asp:Literal id="answer" runat="server"/></form>
