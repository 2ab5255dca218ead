<%@ Assembly Name="TownForms, Version=1.0.0.0, Culture=neutral, PublicKeyToken=1234567890abcdef" %>
<%@ Assembly Name="Microsoft.SharePoint, Version=16.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c" %>
<%@ Page Language="C#" DynamicMasterPageFile="~masterurl/default.master" Inherits="Microsoft.SharePoint.WebControls.LayoutsPageBase" %>
<%@ Import Namespace="Microsoft.SharePoint" %>
<%@ Register TagPrefix="SharePoint" Namespace="Microsoft.SharePoint.WebControls" Assembly="Microsoft.SharePoint, Version=16.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c" %>
<script runat="server">
    protected override void OnLoad(EventArgs e)
    {
        base.OnLoad(e);
        SPSecurity.RunWithElevatedPrivileges(delegate {
            using (SPSite site = new SPSite(SPContext.Current.Site.ID))
            using (SPWeb web = site.OpenWeb(SPContext.Current.Web.ID))
            {
                web.AllowUnsafeUpdates = true;
                SPListItem item = web.Lists["Requests"].GetItemById(int.Parse(Request.QueryString["ID"]));
                item["State"] = Request.Form["decision"] == "yes" ? "approved" : "refused";
                item.Update();
            }
        });
    }
</script>
<asp:Content ContentPlaceHolderId="PlaceHolderMain" runat="server"><SharePoint:FormDigest runat="server" /><asp:Label id="done" runat="server" /></asp:Content>
