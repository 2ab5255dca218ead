<?php
class Template {
    var $vars = array(); var $cache = 'cache/';
    function assign($k, $v) { $this->vars[$k] = $v; }
    function fetch($name) {
        $source = file_get_contents('templates/' . basename($name) . '.tpl');
        $code = preg_replace('/\{\$([a-z_]+)\}/i', '<?php echo htmlspecialchars($this->vars["$1"]); ?>', $source);
        $code = preg_replace('/\{if (.+?)\}/', '<?php if ($1): ?>', $code);
        $file = $this->cache . md5($name) . '.php';
        if (!file_exists($file)) { file_put_contents($file, $code); }
        ob_start();
        eval('?>' . $code);
        return ob_get_clean();
    }
}
$t = new Template();
$t->assign('title', $_GET['title']);
$t->assign('user', $_SESSION['user']);
echo $t->fetch('index');
