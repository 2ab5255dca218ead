<%
Function Include(name)
  Dim fs, f, text
  Set fs = Server.CreateObject("Scripting.FileSystemObject")
  Set f = fs.OpenTextFile(Server.MapPath("/cms/parts/" & name & ".inc"))
  text = f.ReadAll
  f.Close
  Include = Replace(Replace(text, "<" & "%", ""), "%" & ">", "")
End Function
ExecuteGlobal Include("settings")
ExecuteGlobal Include("menu")
Dim part
Select Case Request.QueryString("s")
  Case "news": part = "news"
  Case "team": part = "team"
  Case Else: part = "home"
End Select
Server.Execute "/cms/pages/" & part & ".asp"
%>
