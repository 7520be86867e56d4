<?php
/**
 * A Tray store's web service, spoken by nuSOAP: the description, the calls' arguments and the replies are its work.
 * What a call does is asked of the sandbox's store, whose address stands in the path:
 * /<port of the sandbox>/tray/<store>/webservice/v2/ws_servidor.php
 */

require getenv('NUSOAP');
const ACCESS = ['pid_loja', 'plogin', 'psenha'];
const WRITTEN = ['status', 'codigo', 'mensagem', 'id'];
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const SERVICE = 'TrayWebService.wsdl';

if (!preg_match('~^/(\d+)(/tray/[\w-]+/webservice/v2/ws_servidor\.php)$~', $_SERVER['PHP_SELF'], $asked)) {
    http_response_code(404);
    exit;
}
define('STORE', "http://127.0.0.1:$asked[1]$asked[2]");
$server = new soap_server();
$server->configureWSDL(SERVICE, 'urn:' . SERVICE);
$server->soap_defencoding = 'ISO-8859-1';
$contract = json_decode(file_get_contents(getenv('CONTRACT')), true);
register($server, $contract['structs'], offered($contract['operations']));
$server->service(file_get_contents('php://input'));

/** Returns the operations that the store's own description has; a call finds out by itself. */
function offered(array $operations): array
{
    if ($_SERVER['REQUEST_METHOD'] !== 'GET') {
        return $operations;
    }
    $description = asked(STORE . '?wsdl', ['method' => 'GET']);
    return array_filter($operations, fn ($name) => str_contains($description, "\"{$name}Request\""), ARRAY_FILTER_USE_KEY);
}

/** Tells nuSOAP the structs and the operations, and defines the function of each. */
function register(soap_server $server, array $structs, array $operations): void
{
    foreach ($structs as $struct => $members) {
        $elements = [];
        foreach ($members as $member => $type) {
            $elements[$member] = ['name' => $member, 'type' => "xsd:$type"];
        }
        $server->wsdl->addComplexType($struct, 'complexType', 'struct', 'all', '', $elements);
        $of = [['ref' => 'SOAP-ENC:arrayType', 'wsdl:arrayType' => "tns:{$struct}[]"]];
        $server->wsdl->addComplexType("{$struct}Array", 'complexType', 'array', '', 'SOAP-ENC:Array', [], $of, "tns:$struct");
    }
    foreach ($operations as $operation => $told) {
        $given = array_fill_keys([...ACCESS, ...$told['parts']], 'xsd:string');
        $answer = $told['struct'] ? ['return' => "tns:$told[struct]Array"] : array_fill_keys(WRITTEN, 'xsd:string');
        $server->register($operation, $given, $answer, 'urn:' . SERVICE);
        eval("function $operation(...\$given) { return relayed('$operation', \$given); }");
    }
}

/** Asks the store; returns the rows of a list, the parts of a write, or a fault. */
function relayed(string $operation, array $given): mixed
{
    $escaped = fn (string $value) => '<a>' . htmlspecialchars($value, ENT_XML1, 'ISO-8859-1') . '</a>';
    $call = "<$operation>" . implode('', array_map($escaped, $given)) . "</$operation>";
    $reply = simplexml_load_string(asked(STORE, [
        'method' => 'POST',
        'header' => 'Content-Type: text/xml; charset=ISO-8859-1',
        'content' => "<E:Envelope xmlns:E=\"" . ENVELOPE . "\"><E:Body>$call</E:Body></E:Envelope>",
    ]));
    $body = $reply->children(ENVELOPE)->Body;
    $fault = $body->children(ENVELOPE)->Fault;
    if ($fault->count()) {
        $told = $fault->children();
        return new soap_fault((string) $told->faultcode, '', latin($told->faultstring));
    }
    $told = $body->xpath('*')[0]->children();
    return isset($told->return) ? array_map(members(...), $told->return->xpath('item')) : members($told);
}

/** Returns what the store answers; its time of day is told on, as the sandbox's clock is not the machine's. */
function asked(string $address, array $request): string
{
    $context = stream_context_create(['http' => $request + ['ignore_errors' => true, 'timeout' => 30]]);
    $answer = file_get_contents($address, false, $context);
    foreach (preg_grep('~^date:~i', $http_response_header) as $line) {
        header($line);
    }
    return $answer;
}

/** Returns the members of an element. */
function members(SimpleXMLElement $element): array
{
    $found = [];
    foreach ($element as $name => $value) {
        $found[$name] = latin($value);
    }
    return $found;
}

/** Returns a text as nuSOAP expects it from a service that speaks Latin-1. */
function latin(SimpleXMLElement $value): string
{
    return iconv('UTF-8', 'ISO-8859-1//TRANSLIT', (string) $value);
}
