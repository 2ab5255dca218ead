<?php
define('BASE', __DIR__ . '/');
require BASE . 'core/Controller.php';
$c = isset($_GET['c']) ? preg_replace('/[^a-z]/i', '', $_GET['c']) : 'home';
$m = isset($_GET['m']) ? preg_replace('/[^a-z_]/i', '', $_GET['m']) : 'index';
$file = BASE . 'controllers/' . ucfirst($c) . '.php';
if (!file_exists($file)) { header('HTTP/1.0 404 Not Found'); exit; }
require_once $file;
$class = ucfirst($c) . 'Controller';
$o = new $class();
if (!method_exists($o, $m) || $m[0] == '_') { die('no such page'); }
call_user_func_array(array($o, $m), array_slice($_GET, 2));
