<?php
session_start();
if (empty($_SESSION['admin'])) { header('Location: login.php?next=' . urlencode($_SERVER['REQUEST_URI'])); exit; }
$uptime = shell_exec('net statistics workstation | find "since"');
exec('wmic logicaldisk get size,freespace,caption', $disks, $code);
$modules = get_loaded_extensions();
?>
<html><body><h1>Server</h1><pre><?= htmlspecialchars($uptime) ?></pre>
<?php foreach ($disks as $line): ?><div><?= htmlspecialchars($line) ?></div><?php endforeach; ?>
<p><?php echo phpversion(), ' ', implode(', ', $modules); ?></p></body></html>
