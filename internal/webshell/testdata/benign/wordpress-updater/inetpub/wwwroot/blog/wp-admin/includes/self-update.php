<?php
function town_download_package( $url ) {
    $tmp = wp_tempnam( $url );
    $response = wp_safe_remote_get( $url, array( 'timeout' => 300, 'stream' => true, 'filename' => $tmp ) );
    if ( 200 != wp_remote_retrieve_response_code( $response ) ) { unlink( $tmp ); return false; }
    return $tmp;
}
function town_write_version( $version ) {
    $file = ABSPATH . 'wp-content/version-cache.php';
    file_put_contents( $file, '<?php return ' . var_export( array( 'version' => $version ), true ) . ';' );
}
$current = include ABSPATH . 'wp-content/version-cache.php';
if ( isset( $_GET['check'] ) && current_user_can( 'update_core' ) ) {
    town_write_version( $current['version'] );
}
