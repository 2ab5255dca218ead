<%@ Control Language="C#" AutoEventWireup="false" Inherits="DotNetNuke.Modules.Documents.EditDocs" CodeBehind="EditDocs.ascx.cs" %>
<%@ Register TagPrefix="dnn" TagName="Label" Src="~/controls/LabelControl.ascx" %>
<%@ Register TagPrefix="dnn" TagName="URL" Src="~/controls/URLControl.ascx" %>
<script runat="server">
    protected void UploadFile(object sender, EventArgs e)
    {
        if (ctlFile.PostedFile == null) return;
        string name = System.IO.Path.GetFileName(ctlFile.PostedFile.FileName);
        string ext = System.IO.Path.GetExtension(name).TrimStart('.').ToLowerInvariant();
        if (!("," + HostSettings["FileExtensions"] + ",").Contains("," + ext + ",")) { lblMessage.Text = "type not allowed"; return; }
        ctlFile.PostedFile.SaveAs(System.IO.Path.Combine(PortalSettings.HomeDirectoryMapPath, name));
        Response.Redirect(DotNetNuke.Common.Globals.NavigateURL(TabId));
    }
</script>
<dnn:Label id="plName" runat="server" controlname="txtName" suffix=":" />
<asp:TextBox id="txtName" runat="server" maxlength="150" />
<input type="file" id="ctlFile" runat="server" /><asp:Button runat="server" OnClick="UploadFile" Text='<%# Eval("UploadText") %>' />
<asp:Label id="lblMessage" runat="server" />
