<?php
require_once dirname(dirname(__FILE__)) . "/inc/init.php";
$style = isset($_COOKIE['cpstyle']) ? $_COOKIE['cpstyle'] : 'default';
if (!file_exists("styles/" . basename($style) . "/style.php")) { $style = 'default'; }
require_once "styles/default/style.php";
foreach (array('Page', 'Form', 'Table') as $kind) {
    $name = $style . $kind;
    if (!class_exists($name)) {
        eval("class {$name} extends Default{$kind} { }");
    }
}
$page = new $name();
echo $page->output();
