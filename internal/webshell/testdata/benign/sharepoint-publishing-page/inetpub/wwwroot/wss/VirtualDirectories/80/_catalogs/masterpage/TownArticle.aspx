<%@ Page language="C#" Inherits="Microsoft.SharePoint.Publishing.PublishingLayoutPage,Microsoft.SharePoint.Publishing,Version=15.0.0.0,Culture=neutral,PublicKeyToken=71e9bce111e9429c" meta:progid="SharePoint.WebPartPage.Document" %>
<%@ Register Tagprefix="PublishingWebControls" Namespace="Microsoft.SharePoint.Publishing.WebControls" Assembly="Microsoft.SharePoint.Publishing, Version=15.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c" %>
<asp:Content ContentPlaceHolderID="PlaceHolderPageTitle" runat="server"><SharePointWebControls:FieldValue id="PageTitle" FieldName="Title" runat="server"/></asp:Content>
<asp:Content ContentPlaceHolderID="PlaceHolderMain" runat="server">
<script type="text/javascript">
  ExecuteOrDelayUntilScriptLoaded(function () { var r = eval("(" + document.getElementById("data").value + ")"); SP.UI.Notify.addNotification(r.text); }, "sp.js");
</script>
<PublishingWebControls:RichHtmlField FieldName="PublishingPageContent" runat="server"/>
</asp:Content>
