<?php
declare(strict_types=1);
use PhpMyAdmin\Import;
use PhpMyAdmin\ParseAnalyze;
require_once 'libraries/common.inc.php';
global $sql_query, $dbi, $cfg;
if (isset($_POST['show_as_php'])) {
    $GLOBALS['show_as_php'] = $_POST['show_as_php'];
}
$post_params = ['action_bookmark', 'format', 'id_bookmark', 'import_text', 'local_import_file', 'sql_query'];
foreach ($post_params as $one_post_param) {
    if (isset($_POST[$one_post_param])) {
        $GLOBALS[$one_post_param] = $_POST[$one_post_param];
    }
}
if (! $cfg['Server']['user'] || ! Core::checkPageValidity($_REQUEST['target'])) {
    Core::fatalError(__('Cannot log in'));
}
[$analyzed_sql_results, $db, $table] = ParseAnalyze::sqlQuery($sql_query, $db);
$result = $dbi->tryQuery($sql_query);
$format = Core::securePath($format);
$import_plugin = Plugins::getPlugin('import', $format, 'libraries/classes/Plugins/Import/', $import_type);
$import_plugin->doImport($sql_data);
