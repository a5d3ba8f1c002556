# Sourced by the drills of sending: who we are at the gateway that they bring along on the port $gateway
# (tests/fakes/gateway/names.rs), and keys of a town that is thrown away.
export WANGGE_LOG__LEVEL=error WANGGE_LOG__ACCESS=false
export WANGGE_WECHAT__BASE_URL=http://127.0.0.1:$gateway WANGGE_WECHAT__APPID=wxfake0000000000
export WANGGE_WECHAT__SECRET=fake-secret-0123456789abcdef0123 WANGGE_WECHAT__NOTICE_TEMPLATE=T1
export WANGGE_SMS__ORDER=aliyun WANGGE_SMS__ALIYUN__ENDPOINT=http://127.0.0.1:$gateway WANGGE_SMS__ALIYUN__KEY_ID=LTAIfake00000000
export WANGGE_SMS__ALIYUN__KEY_SECRET=fake-aliyun-secret-0123456789ab WANGGE_SMS__ALIYUN__SIGN_NAME=示例镇 WANGGE_SMS__ALIYUN__TEMPLATE=SMS_100000000
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"
