<%@ page import="java.sql.*,java.util.*,java.io.*" contentType="text/html;charset=UTF-8" %>
<%@ taglib prefix="c" uri="http://java.sun.com/jsp/jstl/core" %>
<%
  Class.forName("com.mysql.jdbc.Driver").newInstance();
  Connection con = DriverManager.getConnection(application.getInitParameter("url"), application.getInitParameter("user"), application.getInitParameter("pw"));
  PreparedStatement st = con.prepareStatement("select * from stock where article like ? order by " + ("name".equals(request.getParameter("sort")) ? "name" : "no"));
  st.setString(1, request.getParameter("q") + "%");
  ResultSet rs = st.executeQuery();
  while (rs.next()) { out.println("<tr><td>" + rs.getString(1) + "</td></tr>"); }
  File cache = new File(application.getRealPath("/WEB-INF/cache/report.html"));
  FileWriter w = new FileWriter(cache); w.write(new java.util.Date().toString()); w.close();
  con.close();
%>
<c:out value="${param.q}" /> ${fn:escapeXml(param.sort)} ${pageContext.request.contextPath}
