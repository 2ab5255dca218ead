<%@ Control Language="C#" EnableViewState="false" AutoEventWireup="false" Inherits="CKFinder.Settings.ConfigFile" %>
<%@ Import Namespace="CKFinder.Settings" %>
<script runat="server">
	public override bool CheckAuthentication()
	{
		return HttpContext.Current.Session["editor"] != null && (bool)HttpContext.Current.Session["editor"];
	}
	public override void SetConfig()
	{
		BaseUrl = "/userfiles/";
		BaseDir = Server.MapPath(BaseUrl);
		Plugins = new string[] { };
		AccessControl acl = AccessControl.Add();
		acl.Role = "*"; acl.ResourceType = "*"; acl.Folder = "/";
		acl.FileUpload = true; acl.FileDelete = true; acl.FileRename = true;
		ResourceType type = ResourceType.Add("Files");
		type.AllowedExtensions = new string[] { "7z", "csv", "doc", "jpg", "pdf", "zip" };
		type.DeniedExtensions = new string[] { };
	}
</script>
