"""Sends a request, asks for the credits and the report, and downloads the certificate when there is one.

Needs COTEJO_URL (https://…, no slash at the end), COTEJO_USER and COTEJO_TOKEN; TELEFONO is who gets the SMS.
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.request
import uuid

CREDENTIALS = f"{os.environ['COTEJO_USER']}:{os.environ['COTEJO_TOKEN']}"


def call(function, parameters, **headers):
    """Calls a function. Answers the content type and the body."""
    request = urllib.request.Request(
        f"{os.environ['COTEJO_URL']}/{function}",
        data=json.dumps(parameters).encode(),
        headers={
            "Authorization": "Basic " + base64.b64encode(CREDENTIALS.encode()).decode(),
            "Content-Type": "application/json",
            **headers,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:  # errors have a body too
        return error.headers.get_content_type(), error.read()


def fields(function, parameters, **headers):
    """Calls a function and reads the fields of its JSON answer."""
    _, body = call(function, {**parameters, "Resp": "JSON"}, **headers)
    return json.loads(body)[0]


# A key of your own: if the answer is lost, the same call with the same key neither charges nor texts twice.
request = fields(
    "VerificarIdentidad",
    {"Telefono": os.environ.get("TELEFONO", "34600000001")},
    **{"Idempotency-Key": str(uuid.uuid4())},
)
print(request)
if request["Res"] != 1:
    sys.exit(1)

print(fields("GetCreditos", {}))
print(fields("GetReportIdentidad", {"Id": request["ID"]}))

# A certificate is a PDF; anything else says why there is none.
content_type, body = call("GetCertificadoIdentidad", {"Id": request["ID"], "Resp": "JSON"})
if content_type == "application/pdf":
    with open(f"certificado-{request['ID']}.pdf", "wb") as file:
        file.write(body)
    print(file.name)
else:
    print(json.loads(body)[0])
