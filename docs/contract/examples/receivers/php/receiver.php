<?php
// Receives callbacks (encoding json): checks that they are from the service, keeps each of them once, answers, and acts in order.
// Needs COTEJO_SECRET (whsec_…; two, separated by a comma, while it is being changed) and RECEIVED, a folder of its own that is not served.
// Any web server will do; to try it out: php -S 127.0.0.1:8090 receiver.php
// Run by itself (php receiver.php), now and then, it acts on what was kept and not acted on, because something was stopped in between.

const TOLERANCE_SECONDS = 300;
$folder = getenv('RECEIVED');
foreach (["$folder/kept", "$folder/states"] as $needed) {
    is_dir($needed) || @mkdir($needed, 0700, true) || is_dir($needed) || throw new RuntimeException('RECEIVED cannot be written');
}

/** Whether the call is from the service, whole, and not an old one that somebody kept. */
function isGenuine(string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!preg_match('/^[\w-]{1,64}$/D', $id) || !preg_match('/^\d{1,12}$/D', $timestamp)) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $matches = false;
    foreach (explode(',', getenv('COTEJO_SECRET')) as $secret) {
        $key = base64_decode(substr($secret, strlen('whsec_')));
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        foreach (explode(' ', $signatures) as $given) {
            $matches = hash_equals($expected, $given) || $matches;
        }
    }
    return $matches;
}

/** Puts the call on the disk under its ID. False: it was there already, because an answer of ours got lost. */
function keep(string $folder, string $id, string $body): bool
{
    $draft = tempnam($folder, 'draft');
    $file = fopen($draft, 'w');
    fwrite($file, $body);
    fsync($file);
    fclose($file);
    $isNew = @link($draft, "$folder/kept/$id"); // takes place once, however many come at the same time
    unlink($draft);
    if (!$isNew && !file_exists("$folder/kept/$id")) {
        throw new RuntimeException('RECEIVED cannot be written');
    }
    return $isNew;
}

/** Acts on a status. One that was told once more on demand does not set the verification back. */
function act(string $folder, array $fields): void
{
    $state = fopen("$folder/states/" . (int) $fields['ID'], 'c+');
    flock($state, LOCK_EX);
    if ((int) $fields['Estado'] > (int) stream_get_contents($state)) {
        rewind($state);
        fwrite($state, $fields['Estado']);
        error_log("{$fields['ID']} {$fields['Estado']}"); // your own work goes here, or into a queue
    }
    fclose($state);
}

if (PHP_SAPI === 'cli') {
    $names = array_diff(scandir("$folder/kept"), ['.', '..']);
    natsort($names);
    foreach ($names as $name) {
        act($folder, json_decode(file_get_contents("$folder/kept/$name"), true));
    }
    exit();
}

$body = file_get_contents('php://input');
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
if (
    $_SERVER['REQUEST_METHOD'] !== 'POST' ||
    !isGenuine($id, $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)
) {
    http_response_code(401);
    exit();
}
$fields = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
if (isset($fields['challenge'])) { // asked once, when the address is saved: do you want these calls?
    header('Content-Type: text/plain');
    exit($fields['challenge']);
}
$isNew = keep($folder, $id, $body);
// The next status of this verification comes when this one is answered: answer first, work afterwards.
http_response_code(204);
if (function_exists('fastcgi_finish_request')) {
    fastcgi_finish_request();
}
if ($isNew) {
    act($folder, $fields);
}
