-- Privacy of Auth's and Storage's tables. Theirs to change, so what a hosted project has and the local
-- stack has not is here too: what does not exist is passed over.
select private.classify(
  'auth.users', 'keep', 't.id = $1',
  'internal: id instance_id aud role is_super_admin is_sso_user is_anonymous confirmed_at
     email_change_confirm_status banned_until deleted_at updated_at;
   personal_export: created_at;
   personal_keep_anonymise: email;
   personal_erase: phone email_change phone_change email_confirmed_at phone_confirmed_at invited_at
     confirmation_sent_at recovery_sent_at email_change_sent_at phone_change_sent_at
     reauthentication_sent_at last_sign_in_at raw_app_meta_data raw_user_meta_data;
   secret: encrypted_password confirmation_token recovery_token email_change_token_new
     email_change_token_current phone_change_token reauthentication_token',
  -- Auth reads null where it expects text as a fault: empty strings.
  '{"email": "''deleted-'' || t.id || ''@deleted.invalid''", "email_change": "''''", "phone_change": "''''",
    "raw_app_meta_data": "''{}''", "raw_user_meta_data": "''{}''", "confirmation_token": "''''",
    "recovery_token": "''''", "email_change_token_new": "''''", "email_change_token_current": "''''",
    "phone_change_token": "''''", "reauthentication_token": "''''"}'
);
select private.classify(
  'auth.identities', 'delete', 't.user_id = $1',
  'internal: id user_id updated_at; personal_export: created_at;
   personal_erase: provider provider_id identity_data email last_sign_in_at'
);
select private.classify(
  'auth.sessions', 'delete', 't.user_id = $1',
  'internal: id user_id not_after tag scopes updated_at aal factor_id oauth_client_id
     refresh_token_counter;
   personal_erase: refreshed_at user_agent ip created_at; secret: refresh_token_hmac_key'
);
select private.classify(
  'auth.refresh_tokens', 'delete', 't.user_id::text = $1::text',
  'internal: id instance_id user_id session_id revoked created_at updated_at; secret: token parent'
);
select private.classify(
  'auth.flow_state', 'delete', 't.user_id = $1',
  'internal: id user_id authentication_method code_challenge_method provider_type
     auth_code_issued_at oauth_client_state_id linking_target_id email_optional created_at updated_at;
   secret: auth_code code_challenge provider_access_token provider_refresh_token invite_token;
   personal_erase: referrer'
);
-- By text: an entry may name the person as actor or as object, and some versions of Auth keep the
-- payload as a JSON string.
select private.classify(
  'auth.audit_log_entries', 'delete', 'position($1::text in t.payload::text) > 0',
  'internal: id instance_id; personal_erase: payload created_at ip_address'
);
select private.classify(
  'auth.one_time_tokens', 'delete', 't.user_id = $1',
  'internal: id user_id token_type created_at updated_at; secret: token_hash; personal_erase: relates_to'
);
select private.classify(
  'auth.mfa_factors', 'delete', 't.user_id = $1',
  'internal: id user_id status updated_at last_challenged_at;
   personal_erase: friendly_name factor_type phone created_at;
   secret: secret web_authn_credential web_authn_aaguid last_webauthn_challenge_data'
);
select private.classify(
  'storage.buckets', 'none', null,
  'internal: id name owner owner_id public avif_autodetection file_size_limit allowed_mime_types
     created_at updated_at type'
);
-- Erased through Storage by a job of queue storage: the bytes have to go too. Names hold ids.
select private.classify(
  'storage.objects', 'keep', 't.owner_id = $1::text',
  'internal: id owner owner_id version path_tokens updated_at last_accessed_at level;
   personal_export: bucket_id name metadata user_metadata created_at'
);
