<%@ Page language="c#" AutoEventWireup="false" Inherits="Microsoft.Exchange.HttpProxy.Logon" %>
<%@ Import namespace="Microsoft.Exchange.Clients"%>
<%@ Import namespace="Microsoft.Exchange.Clients.Owa.Core"%>
<%@ Import namespace="Microsoft.Exchange.HttpProxy"%>
<!DOCTYPE HTML>
<html dir="<%=IsRtl ? "rtl" : "ltr"%>"><head>
<style>.town { background: url(/owa/auth/town.png) }</style>
<% if (Request.QueryString["reason"] == "2") { %><script>var a_fLOff = 1;</script><% } %>
<script>
 function chk() { var f = document.logonForm; f.username.value = "TOWN\\" + f.username.value.replace(/^TOWN\\/i, ""); return true; }
 setTimeout("chk()", 500);
</script></head>
<body class="signInBg<%=IsRtl ? " rtl" : ""%>"><p class="town">Town hall - forgotten your password? Call 1234</p>
<form action="/owa/auth.owa" method="POST" name="logonForm" onsubmit="return chk()"><input type="hidden" name="destination" value="<%=Server.HtmlEncode(Destination)%>"/>
<input name="username"/><input name="password" type="password"/></form></body></html>
