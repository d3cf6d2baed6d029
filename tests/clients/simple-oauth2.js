// simple-oauth2 - npm's simple-oauth2, as it is, against the running suite.
// Prints one word per step; the environment says where and who.
const { ClientCredentials, ResourceOwnerPassword } = require('simple-oauth2');
const env = process.env;
const config = (id, secret, method) => ({
	client: { id, secret },
	auth: { tokenHost: env.POSTERN_URL, tokenPath: '/token', revokePath: '/revoke' },
	options: { authorizationMethod: method },
});
const status = async (token) => (await fetch(env.POSTERN_URL + '/secure-data',
	{ headers: { Authorization: `Bearer ${token}` } })).status;

async function main() {
	for (const method of ['header', 'body']) {
		const machine = new ClientCredentials(config(env.CLIENT_ID, env.CLIENT_SECRET, method));
		const token = await machine.getToken({ scope: 'me' });
		console.log(method, 'client_credentials', await status(token.token.access_token));
		await token.revoke('access_token');
		console.log(method, 'revoked', await status(token.token.access_token));
		const owner = new ResourceOwnerPassword(config(env.CLIENT_ID, env.CLIENT_SECRET, method));
		const login = await owner.getToken({ username: env.POSTERN_USER,
			password: env.POSTERN_PASSWORD, scope: 'me items' });
		console.log(method, 'password', await status(login.token.access_token));
		const next = await login.refresh();
		console.log(method, 'refreshed', await status(next.token.access_token));
		await next.revokeAll();
		console.log(method, 'all revoked', await status(next.token.access_token));
		await next.refresh().then(() => console.log(method, 'refreshed a dead one'),
			(e) => console.log(method, 'refresh refused', e.data.payload.error));
	}
}
main().catch((e) => { console.log('failed', e.message); process.exit(1); });
