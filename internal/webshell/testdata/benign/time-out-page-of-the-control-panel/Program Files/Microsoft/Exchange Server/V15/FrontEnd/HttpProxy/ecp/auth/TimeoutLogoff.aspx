<%@ Page Language="C#" AutoEventWireup="true" Inherits="Microsoft.Exchange.Management.ControlPanel.TimeoutLogoff, Microsoft.Exchange.Management.ControlPanel" %>
<%@ Import namespace="Microsoft.Exchange.Management.ControlPanel" %>
<html><head><meta http-equiv="refresh" content="0;url=<%= HttpUtility.HtmlAttributeEncode(Url) %>"/></head><body onload="window.location.replace('<%= HttpUtility.JavaScriptStringEncode(Url) %>')"></body></html>
