<%@ CODEPAGE=65001 %><% ' 0 = Microsoft certificate services web pages %>
<%
  On Error Resume Next
  Const CR_DISP_ISSUED = &H3
  Dim ICertRequest, nDisposition, sAttributes, sRequest, nRequestID
  Set Session("ICertRequest") = Server.CreateObject("CertificateAuthority.Request")
  Set ICertRequest = Session("ICertRequest")
  sAttributes = Request.Form("CertAttrib") & vbLf & "UserAgent:" & Request.ServerVariables("HTTP_USER_AGENT")
  sRequest = Request.Form("CertRequest")
  nDisposition = ICertRequest.Submit(CR_IN_BASE64, sRequest, sAttributes, sServerConfig)
  If Err.Number <> 0 Then
    Response.Redirect("certrser.asp?err=" & Hex(Err.Number))
  End If
  nRequestID = ICertRequest.GetRequestId()
  If nDisposition = CR_DISP_ISSUED Then
    Response.ContentType = "application/x-x509-ca-cert"
    Response.BinaryWrite ICertRequest.GetCertificate(Request.Form("Enc"))
  End If
%>
<HTML><SCRIPT LANGUAGE="VBScript">
 Function Install()
   Set x = CreateObject("X509Enrollment.CX509Enrollment")
   Execute("x.Initialize(1)")
 End Function
</SCRIPT></HTML>
