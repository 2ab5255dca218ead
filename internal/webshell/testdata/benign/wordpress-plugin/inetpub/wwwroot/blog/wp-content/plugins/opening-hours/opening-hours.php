<?php
/*
Plugin Name: Opening hours
*/
if ( ! defined( 'ABSPATH' ) ) { exit; }
class Opening_Hours {
    private $options = array();
    public function __construct() {
        add_action( 'init', array( $this, 'init' ) );
        add_action( 'wp_ajax_save_hours', array( $this, 'save' ) );
        add_shortcode( 'hours', array( $this, 'render' ) );
        $raw = get_option( 'opening_hours_raw' );
        if ( $raw ) { $this->options = maybe_unserialize( base64_decode( $raw ) ); }
    }
    public function save() {
        check_ajax_referer( 'hours' );
        $day = sanitize_key( $_POST['day'] );
        $this->options[ $day ] = sanitize_text_field( wp_unslash( $_POST['value'] ) );
        update_option( 'opening_hours_raw', base64_encode( serialize( $this->options ) ) );
        wp_die();
    }
    public function render( $atts ) {
        $atts = shortcode_atts( array( 'format' => 'list' ), $atts );
        $method = 'render_' . $atts['format'];
        if ( method_exists( $this, $method ) ) { return call_user_func( array( $this, $method ) ); }
        return '';
    }
    public function render_list() {
        return '<ul><li>' . implode( '</li><li>', array_map( 'esc_html', $this->options ) ) . '</li></ul>';
    }
    public function init() { do_action( 'opening_hours_ready', $this ); }
}
new Opening_Hours();
