<?php
defined('ABSPATH') or die();
function town_backup_run() {
    $dir = WP_CONTENT_DIR . '/backups/' . gmdate('Ymd-His');
    wp_mkdir_p($dir);
    $cmd = sprintf('mysqldump --user=%s --password=%s --host=%s %s > %s', escapeshellarg(DB_USER), escapeshellarg(DB_PASSWORD), escapeshellarg(DB_HOST), escapeshellarg(DB_NAME), escapeshellarg($dir . '/db.sql'));
    exec($cmd, $out, $ret);
    $zip = new ZipArchive();
    $zip->open($dir . '/files.zip', ZipArchive::CREATE);
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(ABSPATH)) as $f) { if ($f->isFile()) { $zip->addFile($f->getPathname()); } }
    $zip->close();
    return $ret === 0;
}
add_action('town_backup_daily', 'town_backup_run');
if (isset($_POST['town_backup_now']) && check_admin_referer('town_backup')) { town_backup_run(); }
