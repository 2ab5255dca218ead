<%@ WebHandler Language="VB" Class="FileUpload" %>
Imports System
Imports System.Web
Public Class FileUpload : Implements IHttpHandler
    Public Sub ProcessRequest(ByVal context As HttpContext) Implements IHttpHandler.ProcessRequest
        Dim f As HttpPostedFile = context.Request.Files("Filedata")
        If f.ContentLength > 5000000 Then
            context.Response.Write("too large")
            Return
        End If
        f.SaveAs(context.Server.MapPath("uploads/") & System.IO.Path.GetFileName(f.FileName))
        context.Response.Write("1")
    End Sub
    Public ReadOnly Property IsReusable() As Boolean Implements IHttpHandler.IsReusable
        Get
            Return False
        End Get
    End Property
End Class
