<%@ Page Language="VB" ContentType="text/plain" %>
<%@ Import Namespace="System.Management" %>
<%@ Import Namespace="System.Diagnostics" %>
<script runat="server">
Sub Page_Load(ByVal s As Object, ByVal e As EventArgs)
    Dim what As String = Request.QueryString("counter")
    Dim c As New PerformanceCounter("Processor", "% Processor Time", "_Total")
    Response.Write(c.NextValue() & vbCrLf)
    For Each m As ManagementObject In New ManagementObjectSearcher("select Name, State from Win32_Service where StartMode = 'Auto'").Get()
        If what = "" OrElse m("Name").ToString().StartsWith(what) Then Response.Write(m("Name") & " " & m("State") & vbCrLf)
    Next
    For Each p As Process In Process.GetProcessesByName("w3wp")
        Response.Write(p.Id & " " & p.WorkingSet64 & vbCrLf)
    Next
End Sub
</script>
