<?php
// Sends a request, asks for the credits and the report, and downloads the certificate when there is one.
// Needs COTEJO_URL (https://…, no slash at the end), COTEJO_USER and COTEJO_TOKEN; TELEFONO is who gets the SMS.

/** Calls a function. Answers the content type and the body. */
function call(string $function, array $parameters, array $headers = []): array
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            'Authorization: Basic ' . base64_encode(getenv('COTEJO_USER') . ':' . getenv('COTEJO_TOKEN')),
            'Content-Type: application/json',
            ...$headers,
        ],
        'content' => json_encode($parameters),
        'ignore_errors' => true, // errors have a body too
        'timeout' => 30,
    ]]);
    $body = file_get_contents(getenv('COTEJO_URL') . "/$function", false, $context);
    if ($body === false) {
        exit(1);
    }
    $type = array_values(preg_grep('/^content-type:/i', $http_response_header))[0] ?? '';
    return [trim(substr($type, 13)), $body];
}

/** Calls a function and reads the fields of its JSON answer. */
function fields(string $function, array $parameters, array $headers = []): array
{
    [, $body] = call($function, $parameters + ['Resp' => 'JSON'], $headers);
    return json_decode($body, true)[0];
}

// A key of your own: if the answer is lost, the same call with the same key neither charges nor texts twice.
$key = 'Idempotency-Key: ' . bin2hex(random_bytes(16));
$request = fields('VerificarIdentidad', ['Telefono' => getenv('TELEFONO') ?: '34600000001'], [$key]);
print_r($request);
if ($request['Res'] !== 1) {
    exit(1);
}

print_r(fields('GetCreditos', []));
print_r(fields('GetReportIdentidad', ['Id' => $request['ID']]));

// A certificate is a PDF; anything else says why there is none.
[$type, $body] = call('GetCertificadoIdentidad', ['Id' => $request['ID'], 'Resp' => 'JSON']);
if ($type === 'application/pdf') {
    file_put_contents("certificado-{$request['ID']}.pdf", $body);
    echo "certificado-{$request['ID']}.pdf\n";
} else {
    print_r(json_decode($body, true)[0]);
}
