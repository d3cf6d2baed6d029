<?php
// check - what Postern's /secure-data does, in PHP: a token's digest looked up in
// the same ledger (LEDGER), by a handle that stays open.
function refuse(string $detail): never
{
	http_response_code(401);
	header('WWW-Authenticate: Bearer');
	header('Content-Type: application/json');
	exit(json_encode(['detail' => $detail]));
}

$given = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
if (!preg_match('/^Bearer +([A-Za-z0-9._~+\/-]+=*)$/Di', $given, $part))
	refuse('Not authenticated');
$ledger = new PDO('sqlite:' . getenv('LEDGER'), null, null,
    [PDO::ATTR_PERSISTENT => true]);
$ledger->exec('PRAGMA mmap_size = 268435456');	// worth 5 % to it
$query = $ledger->prepare('SELECT users.name FROM tokens
    JOIN users ON users.id = tokens.user
    WHERE digest = ? AND expires > ? AND disabled = 0');
$query->bindValue(1, sodium_crypto_generichash($part[1]), PDO::PARAM_LOB);
$query->bindValue(2, time(), PDO::PARAM_INT);
$query->execute();
$name = $query->fetchColumn();
if ($name === false)
	refuse('Invalid authentication credentials');
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode(['data' => 'This is protected data', 'user' => $name]);
