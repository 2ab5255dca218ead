package webshell

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// benignPerClass pages are written per class of benign file.
const benignPerClass = 14

// pen writes one variant of a benign file: names, order and length follow
// the seed.
type pen struct{ *rand.Rand }

func (p pen) of(list ...string) string { return list[p.IntN(len(list))] }

func (p pen) name() string {
	return p.of("order", "user", "mail", "news", "stock", "room", "ticket", "invoice", "member", "report", "event", "parcel") + p.of("Id", "Name", "List", "Key", "Code", "Date", "No")
}

// several repeats a line with fresh names.
func (p pen) several(line func() string) string {
	var b strings.Builder
	for range 1 + p.IntN(6) {
		b.WriteString(line())
	}
	return b.String()
}

func (p pen) html(body string) string {
	return fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%s</title><link rel=\"stylesheet\" href=\"/%s.css\"/><script>var a = eval('(' + x + ')'); function go(){ document.forms[0].submit(); }</script></head>\n<body>\n%s\n</body></html>\n", p.name(), p.name(), body)
}

type benign struct {
	class string
	write func(p pen) (path, text string)
}

const (
	owaAuth = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/"
	site    = "inetpub/wwwroot/intranet/"
)

func benignClasses() []benign {
	return append(append(benignASP(), benignOther()...), benignText()...)
}

func benignASP() []benign {
	return []benign{
		{"exchange-stock-page", func(p pen) (string, string) {
			name := p.of("errorFE", "logon", "logoff", "signout", "ExpiredPassword", "OutlookCN", "frowny")
			return owaAuth + name + ".aspx", fmt.Sprintf("<%%@ Page language=\"c#\" AutoEventWireup=\"false\" Inherits=\"Microsoft.Exchange.HttpProxy.%s\" %%>\n<%%@ Import namespace=\"Microsoft.Exchange.Clients\"%%>\n<%%@ Import namespace=\"Microsoft.Exchange.Clients.Owa.Core\"%%>\n", name) +
				p.html(p.several(func() string {
					return fmt.Sprintf("<%% if (%s) { %%><div class=\"%s\"><%%= %s %%></div><%% } else { %%><span><%%=LocalizedStrings.GetHtmlEncoded(Strings.IDs.%s)%%></span><%% } %%>\n", p.name(), p.name(), p.name(), p.name())
				})+"<form action=\"/owa/auth.owa\" method=\"POST\"><input name=\"password\" type=\"password\"/></form><% if (Request.QueryString[\"reason\"] == \"2\") { %>wrong<% } %>")
		}},
		{"installer-writes-settings", func(p pen) (string, string) {
			return "inetpub/wwwroot/setup/" + p.name() + ".php", fmt.Sprintf("<?php\n$host = $_POST['%[1]s'] ?? 'localhost';\n$text = \"<?php\\n\\$table = 'app_';\\nreturn array('%[2]s' => 'x');\\n\";\n%[3]sfile_put_contents(__DIR__ . '/../config.php', $text);\n$page = '<?php' . PHP_EOL . 'require \"' . $root . '/start.php\";';\nfile_put_contents($root . '/index.php', $page);\n", p.name(), p.name(), p.several(func() string { return "mkdir($root . '/" + p.name() + "');\n" }))
		}},
		{"sign-in-add-on", func(p pen) (string, string) {
			return owaAuth + p.name() + ".aspx", fmt.Sprintf("<%%@ Page Language=\"VB\" %%>\n<script runat=\"server\">\nSub Page_Load(sender As Object, e As EventArgs)\n  Dim answer As String = Request(\"%s\")\n  Dim http As Object = Server.CreateObject(\"MSXML2.ServerXMLHTTP\")\n  http.open(\"POST\", \"https://captcha.example/%s/verify\", False)\n  http.setRequestHeader(\"Content-Type\", \"application/x-www-form-urlencoded\")\n  http.send(\"secret=%s&response=\" & Server.UrlEncode(answer))\n  If InStr(http.responseText, \"true\") > 0 Then\n    Response.Redirect(\"/owa/auth/logon.aspx?%s=1\")\n  End If\nEnd Sub\n</script>\n", p.name(), p.name(), p.name(), p.name()) + p.html("<form runat=\"server\"></form>")
		}},
		{"admin-form-with-database", func(p pen) (string, string) {
			id := p.name()
			return site + p.name() + ".aspx", fmt.Sprintf("<%%@ Page Language=\"C#\" %%>\n<%%@ Import Namespace=\"System.Data.SqlClient\" %%>\n<script runat=\"server\">\nprotected void Save_Click(object sender, EventArgs e) {\n  using (SqlConnection c = new SqlConnection(ConfigurationManager.ConnectionStrings[\"main\"].ConnectionString)) {\n    SqlCommand cmd = new SqlCommand(\"update t set v = @v where id = @id\", c);\n    cmd.Parameters.AddWithValue(\"@v\", %s.Text);\n    cmd.Parameters.AddWithValue(\"@id\", Convert.ToInt32(Request[\"%s\"]));\n    c.Open(); cmd.ExecuteNonQuery();\n  }\n%s  message.Text = \"saved \" + Server.HtmlEncode(%s.Text);\n}\n</script>\n", id, p.name(), p.several(func() string { return fmt.Sprintf("  log.Add(\"%s\", Request.Form[\"%s\"]);\n", p.name(), p.name()) }), id) +
				p.html(fmt.Sprintf("<form runat=\"server\"><asp:TextBox id=\"%s\" runat=\"server\"/><asp:Label id=\"message\" runat=\"server\"/><asp:Button runat=\"server\" OnClick=\"Save_Click\" Text=\"Save\"/></form>", id))
		}},
		{"upload-form", func(p pen) (string, string) {
			return site + p.name() + ".aspx", fmt.Sprintf("<%%@ Page Language=\"C#\" %%>\n<script runat=\"server\">\nprotected void Up(object s, EventArgs e) {\n  if (!%[1]s.HasFile) return;\n  string ext = System.IO.Path.GetExtension(%[1]s.FileName).ToLower();\n  if (ext != \".pdf\" && ext != \".%[2]s\") { note.Text = \"not allowed\"; return; }\n  string target = Server.MapPath(\"~/App_Data/%[3]s/\") + System.IO.Path.GetFileName(%[1]s.FileName);\n  %[1]s.SaveAs(target);\n  note.Text = \"ok\";\n}\n</script>\n", "file1", p.of("png", "jpg", "docx"), p.name()) +
				p.html("<form runat=\"server\"><asp:FileUpload id=\"file1\" runat=\"server\"/><asp:Label id=\"note\" runat=\"server\"/><asp:Button runat=\"server\" OnClick=\"Up\"/></form>")
		}},
		{"data-bound-list", func(p pen) (string, string) {
			return site + p.name() + p.of(".aspx", ".ascx"), "<%@ " + p.of("Page", "Control") + " Language=\"C#\" AutoEventWireup=\"true\" CodeBehind=\"x.cs\" Inherits=\"App." + p.name() + "\" %>\n<asp:Repeater runat=\"server\" id=\"r\"><ItemTemplate>" +
				p.several(func() string {
					return fmt.Sprintf("<td><%%# Eval(\"%s\") %%></td><td><%%# DataBinder.Eval(Container.DataItem, \"%s\", \"{0:d}\") %%></td><td><%%# Bind(\"%s\") %%></td>\n", p.name(), p.name(), p.name())
				}) + "</ItemTemplate></asp:Repeater>"
		}},
		{"classic-asp-form", func(p pen) (string, string) {
			return site + p.name() + ".asp", fmt.Sprintf("<%%@ Language=VBScript %%>\n<!--#include file=\"inc/%s.inc\"-->\n<%%\nOption Explicit\nDim rs, con, q, fso, f, n\nq = Replace(Request.Form(\"%s\"), \"'\", \"''\")\nSet con = Server.CreateObject(\"ADODB.Connection\")\ncon.Open Application(\"dsn\")\nSet rs = con.Execute(\"select * from t where n = '\" & q & \"'\")\nDo While Not rs.EOF\n  Response.Write \"<li>\" & Server.HTMLEncode(rs(\"%s\")) & \"</li>\"\n  rs.MoveNext\nLoop\nSet fso = Server.CreateObject(\"Scripting.FileSystemObject\")\nSet f = fso.OpenTextFile(Server.MapPath(\"%s.txt\"), 1)\nn = CInt(f.ReadLine) + 1\nf.Close\n%%>\n", p.name(), p.name(), p.name(), p.name()) + p.html("<form method=post><input name=x></form><% If n > 10 Then %>many<% End If %>")
		}},
		{"picture-handler", func(p pen) (string, string) {
			return site + p.name() + ".ashx", fmt.Sprintf("<%%@ WebHandler Language=\"C#\" Class=\"%[1]s\" %%>\nusing System; using System.IO; using System.Web;\npublic class %[1]s : IHttpHandler {\n  public void ProcessRequest(HttpContext context) {\n    int id = int.Parse(context.Request.QueryString[\"%[2]s\"]);\n    context.Response.ContentType = \"image/%[3]s\";\n    string file = context.Server.MapPath(\"~/pictures/\" + id + \".%[3]s\");\n    if (!File.Exists(file)) { context.Response.StatusCode = 404; return; }\n    context.Response.WriteFile(file);\n  }\n  public bool IsReusable { get { return true; } }\n}\n", "Pic", p.name(), p.of("png", "jpeg", "gif"))
		}},
		{"web-service", func(p pen) (string, string) {
			return site + p.name() + ".asmx", fmt.Sprintf("<%%@ WebService Language=\"C#\" Class=\"Svc\" %%>\nusing System.Web.Services;\n[WebService(Namespace=\"http://example.org/%s\")]\npublic class Svc : WebService {\n%s}\n", p.name(), p.several(func() string {
				n := p.name()
				return fmt.Sprintf("  [WebMethod] public string Get%s(int id, string %s) { var cmd = new System.Data.SqlClient.SqlCommand(\"select v from t where id=@id and n=@n\", Db.Open()); cmd.Parameters.AddWithValue(\"@n\", %s); return (string)cmd.ExecuteScalar(); }\n", n, n, n)
			}))
		}},
		{"application-events", func(p pen) (string, string) {
			return site + p.name() + "/global.asax", fmt.Sprintf("<%%@ Application Language=\"C#\" %%>\n<script runat=\"server\">\nvoid Application_Start(object s, EventArgs e) { Application[\"%s\"] = 0; }\nvoid Application_Error(object s, EventArgs e) { System.IO.File.AppendAllText(Server.MapPath(\"~/App_Data/%s.log\"), Request.RawUrl + Server.GetLastError().ToString()); }\nvoid Session_Start(object s, EventArgs e) { Session[\"%s\"] = Request.UserHostAddress; }\n</script>", p.name(), p.name(), p.name())
		}},
		{"reset-button-of-an-administrator", func(p pen) (string, string) { // at most a review
			return site + p.name() + ".aspx", fmt.Sprintf("<%%@ Page Language=\"C#\" %%><script runat=\"server\">void Page_Load(object s, EventArgs e){ if (Request[\"%s\"] == \"yes\") { System.Diagnostics.Process p = new System.Diagnostics.Process(); p.StartInfo.FileName = @\"C:\\tools\\%s.exe\"; p.StartInfo.Arguments = \"/name \" + Request[\"%s\"]; p.Start(); } }</script>", p.name(), p.name(), p.name()) + p.html("<form></form>")
		}},
	}
}

func benignOther() []benign {
	return []benign{
		{"php-theme", func(p pen) (string, string) {
			return "var/www/html/wp-content/themes/" + p.name() + "/" + p.of("index", "single", "archive", "page") + ".php", "<?php\n/**\n * Template\n */\nget_header(); ?>\n<main id=\"" + p.name() + "\">\n<?php if ( have_posts() ) : while ( have_posts() ) : the_post(); ?>\n<h2><?php the_title(); ?></h2>\n" +
				p.several(func() string {
					return fmt.Sprintf("<?php echo esc_html( get_post_meta( get_the_ID(), '%s', true ) ); ?>\n<?php if ( isset( $_GET['%s'] ) ) { printf( '<p>%%s</p>', esc_attr( $_GET['%s'] ) ); } ?>\n", p.name(), p.name(), p.name())
				}) + "<?php endwhile; endif; ?>\n</main>\n<?php call_user_func( array( $this, 'render' ), $args ); get_footer();"
		}},
		{"php-contact-form", func(p pen) (string, string) {
			return "var/www/html/" + p.name() + ".php", fmt.Sprintf("<?php\n$errors = array();\n$data = array_map('trim', $_POST);\nif ($_SERVER['REQUEST_METHOD'] === 'POST') {\n  $mail = filter_var($_POST['%[1]s'], FILTER_VALIDATE_EMAIL);\n  if (!$mail) $errors[] = 'mail';\n  if (!preg_match('/^[a-z ]+$/i', $_POST['%[2]s'])) $errors[] = 'name';\n  if (!$errors) { mail('office@example.org', 'contact', strip_tags($_POST['%[3]s']), 'From: ' . $mail); file_put_contents('/var/log/contact.log', date('c') . \" $mail\\n\", FILE_APPEND); }\n}\n?>\n", p.name(), p.name(), p.name()) + p.html("<form method=\"post\"><?php foreach ($errors as $e): ?><p><?= htmlspecialchars($e) ?></p><?php endforeach; ?></form>")
		}},
		{"php-upload", func(p pen) (string, string) {
			return "var/www/html/" + p.name() + ".php", fmt.Sprintf("<?php\n$dir = 'uploads/%s/';\n$file = $dir . basename($_FILES['f']['name']);\n$type = strtolower(pathinfo($file, PATHINFO_EXTENSION));\n$ok = in_array($type, array('jpg', 'png', '%s')) && $_FILES['f']['size'] < 500000;\nif ($ok && move_uploaded_file($_FILES['f']['tmp_name'], $file)) { echo 'The file ' . htmlspecialchars(basename($_FILES['f']['name'])) . ' was stored.'; }\n?>", p.name(), p.of("gif", "pdf", "webp")) + p.html("<form method=post enctype=multipart/form-data><input type=file name=f></form>")
		}},
		{"php-front-controller", func(p pen) (string, string) {
			a, b := p.name(), p.name()
			return "var/www/html/" + p.of("index", "app", "router") + ".php", fmt.Sprintf("<?php\nrequire_once __DIR__ . '/vendor/autoload.php';\n$pages = array('%[1]s' => 'pages/%[1]s.php', '%[2]s' => 'pages/%[2]s.php');\n$page = isset($_GET['p']) ? $_GET['p'] : '%[1]s';\nif (!isset($pages[$page])) { http_response_code(404); exit; }\n$class = 'App\\\\' . ucfirst('%[2]s');\n$controller = new $class();\n$id = (int) $_GET['id'];\n$rows = $db->query('select * from t where id = ' . $id);\narray_map(function ($r) { return $r['n']; }, $rows);\nusort($rows, 'compare_rows');\ninclude 'pages/%[1]s.php';\n", a, b)
		}},
		{"php-library", func(p pen) (string, string) {
			return "var/www/html/lib/" + p.name() + ".php", fmt.Sprintf("<?php\nclass %[1]s {\n  private $handlers = array();\n  public function on($name, $f) { $this->handlers[$name][] = $f; }\n  public function fire($name, $arg) { foreach ($this->handlers[$name] as $f) { call_user_func($f, $arg); } }\n  public function load($path) { return unserialize(base64_decode(file_get_contents($path))); }\n  public function save($path, $v) { file_put_contents($path, base64_encode(serialize($v))); }\n  public function git() { exec('git log -1 --format=%%H', $out); return $out[0]; }\n%[2]s}\n", p.name(), p.several(func() string {
				return fmt.Sprintf("  public function get%s() { return isset($_SESSION['%s']) ? $_SESSION['%s'] : null; }\n", p.name(), p.name(), p.name())
			}))
		}},
		{"jsp-page", func(p pen) (string, string) {
			return "opt/tomcat/webapps/app/" + p.name() + ".jsp", "<%@ page language=\"java\" contentType=\"text/html; charset=UTF-8\" pageEncoding=\"UTF-8\"%>\n<%@ taglib prefix=\"c\" uri=\"http://java.sun.com/jsp/jstl/core\" %>\n" + p.html(p.several(func() string {
				return fmt.Sprintf("<%% String %[1]s = request.getParameter(\"%[1]s\"); if (%[1]s == null) %[1]s = \"\"; %%><p><%%= org.apache.commons.lang.StringEscapeUtils.escapeHtml(%[1]s) %%></p><c:if test=\"${param.%[2]s == 'x'}\"><c:out value=\"${%[2]s}\"/></c:if>\n", p.name(), p.name())
			}))
		}},
		{"jsp-database", func(p pen) (string, string) {
			return "opt/tomcat/webapps/app/" + p.name() + ".jsp", fmt.Sprintf("<%%@ page import=\"java.sql.*,java.io.*\" %%>\n<%%\nConnection c = DriverManager.getConnection(application.getInitParameter(\"db\"));\nPreparedStatement s = c.prepareStatement(\"select n from t where id = ?\");\ns.setInt(1, Integer.parseInt(request.getParameter(\"%s\")));\nResultSet r = s.executeQuery();\nwhile (r.next()) { out.println(\"<li>\" + r.getString(1) + \"</li>\"); }\nPrintWriter log = new PrintWriter(new FileWriter(application.getRealPath(\"/WEB-INF/%s.log\"), true));\nlog.println(request.getRemoteAddr() + \" \" + request.getParameter(\"%s\")); log.close();\nProperties p = new Properties(); p.load(new FileInputStream(application.getRealPath(\"/WEB-INF/app.properties\")));\n%%>", p.name(), p.name(), p.name())
		}},
		{"stylesheet", func(p pen) (string, string) {
			script := ""
			if p.IntN(2) == 0 {
				script = fmt.Sprintf("<msxsl:script language=\"%s\" implements-prefix=\"u\"><![CDATA[ public string %s(string d){ return System.DateTime.Parse(d).ToString(\"yyyy-MM-dd\"); } ]]></msxsl:script>", p.of("C#", "CSharp"), p.name())
			}
			return site + p.name() + p.of(".xsl", ".xslt"), "<?xml version=\"1.0\"?>\n<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" xmlns:msxsl=\"urn:schemas-microsoft-com:xslt\" xmlns:u=\"u\">" + script + "<xsl:template match=\"/\"><table>" + p.several(func() string {
				return fmt.Sprintf("<tr><td><xsl:value-of select=\"%s\"/></td><td><script>eval(document.location)</script></td></tr>", p.name())
			}) + "</table></xsl:template></xsl:stylesheet>"
		}},
	}
}
