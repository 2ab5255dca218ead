<?php
require 'auth.php';
$allowed = array('image/jpeg' => 'jpg', 'image/png' => 'png');
$type = mime_content_type($_FILES['photo']['tmp_name']);
if (!isset($allowed[$type])) { http_response_code(415); exit; }
$id = (int)$_POST['article'];
$target = __DIR__ . '/../img/' . $id . '.' . $allowed[$type];
move_uploaded_file($_FILES['photo']['tmp_name'], $target);
$w = max(50, min(1600, (int)$_POST['width']));
system('convert ' . escapeshellarg($target) . ' -resize ' . $w . ' ' . escapeshellarg(str_replace('.', '_s.', $target)));
echo json_encode(array('ok' => true));
