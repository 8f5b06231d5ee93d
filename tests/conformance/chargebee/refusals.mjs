// Which codes and types come with which status: components/schemas/400 to 503 of the vendor's OpenAPI document.
const words = (text) => text.trim().split(/\s+/);

const REFUSALS = {
  400: {
    types: words('invalid_request untyped payment'),
    codes: words(`configuration_incompatible duplicate_entry invalid_request param_wrong_value payment_intent_invalid
      payment_intent_invalid_amount payment_gateway_currency_incompatible payment_method_not_present
      payment_method_verification_failed payment_processing_failed resource_limit_exceeded resource_limit_exhausted`),
  },
  401: { types: ['untyped'], codes: words('api_authentication_failed basic_authentication_failed') },
  403: { types: words('untyped operation_failed'), codes: words('api_authorization_failed request_blocked') },
  404: { types: words('invalid_request untyped'), codes: words('resource_not_found site_not_found') },
  405: { types: ['invalid_request'], codes: ['http_method_not_supported'] },
  409: { types: ['invalid_request'], codes: ['invalid_state_for_request'] },
  422: { types: ['invalid_request'], codes: ['unable_to_process_request'] },
  429: {
    types: ['operation_failed'],
    codes: words('api_request_limit_exceeded lock_timeout third_party_api_request_limit_exceeded'),
  },
  500: { types: ['operation_failed'], codes: ['internal_error'] },
  503: {
    types: words('invalid_request operation_failed'),
    codes: words('db_connection_failure internal_temporary_error site_not_ready site_read_only_mode'),
  },
};

// What of the SDK's error the document does not allow.
export function refusalDifferences(error) {
  const { http_status_code: status, api_error_code: code, type } = error;
  const official = REFUSALS[status];
  if (!official) return [`the status ${status} of ${code} is unknown`];
  return [
    ...(official.codes.includes(code) ? [] : [`the code ${code} does not come with ${status}`]),
    ...(official.types.includes(type) ? [] : [`the type ${type} of ${code} does not come with ${status}`]),
  ];
}
