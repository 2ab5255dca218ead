<html>
<body bgcolor="white">
<h1> Request Information </h1>
<font size="4">
JSP Request Method: <%= util.HTMLFilter.filter(request.getMethod()) %>
<br>
Request URI: <%= util.HTMLFilter.filter(request.getRequestURI()) %>
<br>
Servlet path: <%= request.getServletPath() %>
<br>
Query string: <% if(request.getQueryString()!=null) { out.println(util.HTMLFilter.filter(request.getQueryString())); } %>
<br>
Remote host: <%= util.HTMLFilter.filter(request.getRemoteHost()) %>
<hr>
<jsp:useBean id="c" scope="session" class="colors.ColorGameBean" /><jsp:setProperty name="c" property="*" />
</font>
</body>
</html>
