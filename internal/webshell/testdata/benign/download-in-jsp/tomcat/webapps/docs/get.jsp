<%@ page import="java.io.*" %><%
  String name = new File(request.getParameter("name")).getName();
  File f = new File(application.getRealPath("/files"), name);
  if (!f.exists()) { response.sendError(404); return; }
  response.setContentType("application/octet-stream");
  response.setHeader("Content-Disposition", "attachment; filename=" + name);
  byte[] buf = new byte[4096];
  InputStream in = new FileInputStream(f); OutputStream o = response.getOutputStream();
  for (int n; (n = in.read(buf)) > 0; ) o.write(buf, 0, n);
  in.close();
%>