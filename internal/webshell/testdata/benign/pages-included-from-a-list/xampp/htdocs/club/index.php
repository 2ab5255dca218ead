<?php
$pages = array('home' => 'Home', 'team' => 'Team', 'contact' => 'Contact', 'news' => 'News');
$page = isset($_GET['page']) && array_key_exists($_GET['page'], $pages) ? $_GET['page'] : 'home';
$lang = in_array($_COOKIE['lang'] ?? '', ['de', 'en'], true) ? $_COOKIE['lang'] : 'de';
include "lang/$lang.php";
?>
<html><head><title><?php echo $pages[$page]; ?></title></head><body>
<?php include 'pages/' . $page . '.php'; ?>
</body></html>
