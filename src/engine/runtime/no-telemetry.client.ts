/**
 * The inference runtime's official Linux builds report model names and hashes to their maker over the network unless this is set before
 * they are loaded (since 1.29). Nothing leaves this machine that an installer did not ask for. Import it before `onnxruntime-node`.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
