<%@ Language="VBScript" %>
<%
Dim up, mail, fld, body, fs
Set up = Server.CreateObject("Persits.Upload")
up.OverwriteFiles = False
up.SetMaxSize 4000000, True
up.Save Server.MapPath("/data/applications")
For Each fld In up.Form
  body = body & fld.Name & ": " & fld.Value & vbCrLf
Next
Set mail = Server.CreateObject("CDO.Message")
mail.From = "web@town.example"
mail.To = "office@town.example"
mail.Subject = "Application " & up.Form("name")
mail.TextBody = body
If up.Files.Count > 0 Then mail.AddAttachment up.Files(1).Path
mail.Send
Set fs = Server.CreateObject("Scripting.FileSystemObject")
With fs.OpenTextFile(Server.MapPath("/data/log.txt"), 8, True)
  .WriteLine Now & " " & Request.ServerVariables("REMOTE_ADDR") & " " & up.Form("name")
  .Close
End With
Response.Redirect "thanks.asp?n=" & Server.URLEncode(up.Form("name"))
%>
