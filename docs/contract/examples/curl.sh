#!/bin/sh
# Sends a request, asks for the credits and the report, and downloads the certificate when there is one.
# Needs COTEJO_URL (https://…, no slash at the end), COTEJO_USER and COTEJO_TOKEN; TELEFONO is who gets the SMS.
set -eu

call() { # function, parameters as JSON, further curl options
  function=$1 parameters=$2
  shift 2
  curl -sS "$COTEJO_URL/$function" -u "$COTEJO_USER:$COTEJO_TOKEN" \
    -H 'Content-Type: application/json' -d "$parameters" "$@"
}

# A key of your own: if the answer is lost, the same call with the same key neither charges nor texts twice.
answer=$(call VerificarIdentidad "{\"Telefono\":\"${TELEFONO:-34600000001}\",\"Resp\":\"JSON\"}" -H "Idempotency-Key: example-$$-$(date +%s)")
echo "$answer"
id=$(printf '%s' "$answer" | sed -n 's/.*"ID":"\([0-9]*\)".*/\1/p')
[ -n "$id" ] || exit 1

call GetCreditos '{"Resp":"JSON"}'
echo
call GetReportIdentidad "{\"Id\":\"$id\",\"Resp\":\"JSON\"}"
echo

# A certificate is a PDF; anything else says why there is none.
type=$(call GetCertificadoIdentidad "{\"Id\":\"$id\",\"Resp\":\"JSON\"}" -o "certificado-$id" -w '%{content_type}')
if [ "$type" = application/pdf ]; then
  mv "certificado-$id" "certificado-$id.pdf"
  echo "certificado-$id.pdf"
else
  cat "certificado-$id"
  echo
  rm "certificado-$id"
fi
