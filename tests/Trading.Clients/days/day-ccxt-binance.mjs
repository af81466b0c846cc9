// ccxt 4.5.84, REST and Pro, class binanceusdm.
import { client, heard, market, says, swap, toldOfAnOrder } from './ccxt-on-simulator.mjs';
import { check, control, done, near, notServed, price, refused, same, step, until } from './day.mjs';

const ex = client('binanceusdm');
const [btc, eth, sol, xrp] = ['BTC', 'ETH', 'SOL', 'XRP'].map(swap);
const size = async (symbol) => (await ex.fetchPositions([symbol])).reduce((sum, p) => sum + (p.contracts ?? 0), 0);
const flat = (symbol) => until(`${symbol} is flat`, async () => (await size(symbol)) === 0);
const last = async (symbol) => (await ex.fetchTicker(symbol)).last;
const part = async (symbol, share) => ex.priceToPrecision(symbol, (await last(symbol)) * share);
const algos = (symbol) => ex.fetchOpenOrders(symbol, undefined, undefined, { trigger: true });

await market(ex);
await step('candles 8h and 3d', async () => {
  for (const interval of ['8h', '3d']) check((await ex.fetchOHLCV(btc, interval)).length > 0, interval);
});
await step('mark price', async () => check((await ex.fetchMarkPrice(btc)).markPrice > 0, 'none'));
await step('mark prices', async () => check(Object.keys(await ex.fetchMarkPrices()).length >= 40, 'fewer than 40'));
await step('last prices', async () => check(Object.keys(await ex.fetchLastPrices([btc, eth])).length === 2, 'not two'));
await step('funding intervals', async () => check(Object.keys(await ex.fetchFundingIntervals([btc])).length >= 0, 'none'));

// The account.
await step('balance', async () => near(10000, (await ex.fetchBalance()).USDT.total));
await step('position mode', async () => same(false, (await ex.fetchPositionMode(btc)).hedged));
await step('set leverage', async () => same(5, (await ex.setLeverage(5, btc)).leverage));
await step('leverage', async () => same(5, (await ex.fetchLeverage(btc)).longLeverage));
await step('leverages', async () => check((await ex.fetchLeverages([btc, eth]))[btc].longLeverage === 5, 'not 5'));
await step('set margin mode isolated', () => ex.setMarginMode('isolated', sol));
await step('margin mode', async () => same('isolated', (await ex.fetchMarginMode(sol)).marginMode));
await step('margin modes', async () => same('isolated', (await ex.fetchMarginModes([sol]))[sol].marginMode));
await refused('margin mode as it is', () => ex.setMarginMode('isolated', sol), says(-4046));
await step('trading fee', async () => near(0.0005, (await ex.fetchTradingFee(btc)).taker));
await step('trading fees', async () => check((await ex.fetchTradingFees())[btc] !== undefined, 'no BTC'));
await step('leverage tiers', async () => check((await ex.fetchLeverageTiers([btc]))[btc].length > 0, 'none'));
await step('adl rank', async () => check((await ex.fetchPositionsADLRank([btc])) !== undefined, 'none'));

// Entry, limit order, queries.
const entry = await step('market entry', () => ex.createOrder(btc, 'market', 'buy', 0.01, undefined, { clientOrderId: 'day-entry-1' }));
await step('entry by its exchange id', async () => {
  const order = await ex.fetchOrder(entry.id, btc);
  same('closed', order.status);
  same(0.01, order.filled);
});
await step('entry by its client id', async () => same(entry.id, (await ex.fetchOrder(undefined, btc, { origClientOrderId: 'day-entry-1' })).id));
await step('position', async () => same(0.01, await size(btc)));
const limit = await step('limit order', async () => ex.createOrder(btc, 'limit', 'buy', 0.01, await part(btc, 0.97), { clientOrderId: 'day-limit-1' }));
await step('open orders', async () => check((await ex.fetchOpenOrders(btc)).some((o) => o.id === limit.id), 'not there'));
await step('open order', async () => same('open', (await ex.fetchOpenOrder(limit.id, btc)).status));
await step('edit the limit order', async () => {
  await ex.editOrder(limit.id, btc, 'limit', 'buy', 0.02, await part(btc, 0.96));
  same(0.02, (await ex.fetchOrder(limit.id, btc)).amount);
});
await step('cancel the limit order', async () => same('canceled', (await ex.cancelOrder(limit.id, btc)).status));
await step('canceled orders', async () => check((await ex.fetchCanceledOrders(btc)).some((o) => o.id === limit.id), 'not there'));
await step('closed orders', async () => check((await ex.fetchClosedOrders(btc)).some((o) => o.id === entry.id), 'not there'));
await step('all orders', async () => check((await ex.fetchOrders(btc)).length >= 2, 'fewer than two'));
await step('post-only order', async () => {
  const order = await ex.createPostOnlyOrder(btc, 'limit', 'buy', 0.01, await part(btc, 0.97));
  await ex.cancelOrder(order.id, btc);
});
await step('good-till-date order', async () => {
  const order = await ex.createOrder(btc, 'limit', 'buy', 0.01, await part(btc, 0.97), { timeInForce: 'GTD', goodTillDate: Date.now() + 700_000 });
  await ex.cancelOrder(order.id, btc);
});
await step('own trades', async () => check((await ex.fetchMyTrades(btc)).some((t) => t.order === entry.id && t.fee.cost > 0), 'not there'));
await step('trades of an order', async () => check((await ex.fetchMyTrades(btc, undefined, undefined, { orderId: entry.id })).length > 0, 'none'));
await step('positions of the risk route', async () => check((await ex.fetchPositionsRisk([btc])).some((p) => p.contracts === 0.01), 'not there'));
await step('positions of the account route', async () => check((await ex.fetchPositions([btc], { method: 'account' })).some((p) => p.contracts === 0.01), 'not there'));
await step('ledger', async () => check((await ex.fetchLedger('USDT')).length > 0, 'none'));
await step('funding history', async () => check(Array.isArray(await ex.fetchFundingHistory(btc)), 'no list'));
await step('own liquidations', async () => check(Array.isArray(await ex.fetchMyLiquidations(btc)), 'no list'));

// Stops: the algo order service.
const stop = await step('stop on the exchange', async () => ex.createStopLossOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 0.97), { reduceOnly: true, clientOrderId: 'day-stop-1' }));
await step('stop read back', async () => check((await algos(btc)).some((o) => o.id === stop.id), 'not there'));
const tighter = await step('stop replaced: the new one first', async () => {
  const made = await ex.createStopLossOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 0.975), { reduceOnly: true });
  await ex.cancelOrder(stop.id, btc, { trigger: true });
  same(1, (await algos(btc)).length);
  return made;
});
await step('stop canceled', async () => {
  await ex.cancelOrder(tighter.id, btc, { trigger: true });
  same(0, (await algos(btc)).length);
});
await step('stops of the past', async () => check((await ex.fetchOrders(btc, undefined, undefined, { trigger: true })).length >= 2, 'fewer than two'));
await step('stop for the whole position', async () => {
  const order = await ex.createOrder(btc, 'STOP_MARKET', 'sell', undefined, undefined, { stopLossPrice: await part(btc, 0.96), closePosition: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('take profit order', async () => {
  const order = await ex.createTakeProfitOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 1.03), { reduceOnly: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('trigger order', async () => {
  const order = await ex.createTriggerOrder(btc, 'market', 'buy', 0.01, undefined, await part(btc, 1.03));
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('stop-limit order', async () => {
  const order = await ex.createStopLimitOrder(btc, 'sell', 0.01, await part(btc, 0.96), await part(btc, 0.97), { reduceOnly: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('trailing stop', async () => {
  const order = await ex.createTrailingPercentOrder(btc, 'market', 'sell', 0.01, undefined, 1, undefined, { reduceOnly: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('all stops canceled', async () => {
  await ex.createStopLossOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 0.97), { reduceOnly: true });
  await ex.cancelAllOrders(btc, { trigger: true });
  same(0, (await algos(btc)).length);
});
await step('a stop fires', async () => {
  await ex.createOrder(eth, 'market', 'buy', 0.1);
  const trigger = Number(await part(eth, 0.99));
  await ex.createStopLossOrder(eth, 'market', 'sell', 0.1, undefined, trigger, { reduceOnly: true });
  await price('ETHUSDT', trigger * 0.999, 3);
  await flat(eth);
});

// Margin of an isolated position.
await step('margin added and taken back', async () => {
  await ex.createOrder(sol, 'market', 'buy', 1);
  await ex.addMargin(sol, 5);
  await ex.reduceMargin(sol, 2);
  same(2, (await ex.fetchMarginAdjustmentHistory(sol)).length);
});

// Closes.
await step('partial close', async () => {
  await ex.createReduceOnlyOrder(btc, 'market', 'sell', 0.004);
  same(0.006, await size(btc));
});
await step('close of more than is held', async () => {
  await ex.createOrder(btc, 'market', 'sell', 1, undefined, { reduceOnly: true });
  await flat(btc);
});
await refused('close of what is flat', () => ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { reduceOnly: true }), says(-2022));
await step('full close', async () => {
  await ex.createOrder(sol, 'market', 'sell', 1, undefined, { reduceOnly: true });
  await flat(sol);
});

// Batches.
const batch = await step('batch of orders', async () => {
  const now = await last(xrp);
  const made = await ex.createOrders([0.95, 0.96, 0.97].map((share) => (
    { symbol: xrp, type: 'limit', side: 'buy', amount: 100, price: ex.priceToPrecision(xrp, now * share) })));
  same(3, made.length);
  check(made.every((o) => o.status === 'open'), 'one is not open');
  return made;
});
await step('batch edited', async () => {
  const now = await last(xrp);
  await ex.editOrders(batch.slice(0, 2).map((o, i) => (
    { id: o.id, symbol: xrp, type: 'limit', side: 'buy', amount: 110, price: ex.priceToPrecision(xrp, now * (0.94 + i / 100)) })));
  same(2, (await ex.fetchOpenOrders(xrp)).filter((o) => o.amount === 110).length);
});
await step('batch canceled', async () => {
  await ex.cancelOrders(batch.slice(0, 2).map((o) => o.id), xrp);
  same(1, (await ex.fetchOpenOrders(xrp)).length);
});
await step('all orders canceled', async () => {
  await ex.cancelAllOrders(xrp);
  same(0, (await ex.fetchOpenOrders(xrp)).length);
});

// Streams.
await heard('stream: ticker', () => ex.watchTicker(btc), (t) => t.last > 0);
await heard('stream: tickers', () => ex.watchTickers([btc, eth]), (t) => Object.keys(t).length > 0);
await heard('stream: all tickers', () => ex.watchTickers(), (t) => Object.keys(t).length > 0);
await heard('stream: mini tickers', () => ex.watchTickers([btc, eth], { name: 'miniTicker' }), (t) => Object.keys(t).length > 0);
await heard('stream: best bids and asks', () => ex.watchBidsAsks([btc]), (t) => Object.keys(t).length > 0);
await heard('stream: mark price', () => ex.watchMarkPrice(btc), (t) => t.markPrice > 0);
await heard('stream: mark prices', () => ex.watchMarkPrices(), (t) => Object.keys(t).length > 0);
await heard('stream: trades', () => ex.watchTrades(btc), (t) => t.length > 0);
await heard('stream: book', () => ex.watchOrderBook(btc), (b) => b.bids.length > 0 && b.asks.length > 0);
await heard('stream: the book is the exchange\'s', async () => {
  const [told, asked] = [await ex.watchOrderBook(eth), await ex.fetchOrderBook(eth, 20)];
  return JSON.stringify([told.bids.slice(0, 20), told.asks.slice(0, 20)]) === JSON.stringify([asked.bids, asked.asks]);
}, (equal) => equal);
for (const interval of ['1m', '5m', '1h', '1d', '1w'])
  await heard(`stream: candles ${interval}`, () => ex.watchOHLCV(btc, interval), (c) => c.length > 0);
await step('stream: liquidations', async () => {
  const told = ex.watchLiquidations(xrp);
  await new Promise((soon) => setTimeout(soon, 500));
  await control('open', { account: 'sim-key-0002', symbol: 'XRPUSDT', quantity: 100 });
  await control('liquidate', { account: 'sim-key-0002', symbol: 'XRPUSDT' });
  check((await told).length > 0, 'none');
});
const listening = [
  until('order', async () => (await ex.watchOrders()).find((o) => o.symbol === btc)),
  until('trade', async () => (await ex.watchMyTrades()).find((t) => t.amount === 0.01)),
  until('balance', async () => (await ex.watchBalance()).USDT.total > 0),
  until('position', async () => (await ex.watchPositions()).find((p) => p.symbol === btc && p.contracts === 0.01)),
];
await step('private streams: order, trade, position, wallet of a fill', async () => {
  await new Promise((soon) => setTimeout(soon, 1000));
  await ex.createOrder(btc, 'market', 'buy', 0.01);
  await Promise.all(listening);
});
await step('private streams: a stop of the algo order service', async () => {
  const told = until('the stop', async () => (await ex.watchOrders(btc)).find((o) => o.triggerPrice > 0 || o.stopPrice > 0 || o.info?.aid));
  const order = await ex.createStopLossOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 0.97), { reduceOnly: true });
  await told;
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('streams come back after a cut', async () => {
  await control('sockets', { do: 'close', of: 'all' });
  await new Promise((soon) => setTimeout(soon, 300));
  const fresh = client('binanceusdm');
  await fresh.loadMarkets();
  check((await fresh.watchTicker(btc)).last > 0, 'no ticker');
  await ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
  await toldOfAnOrder(ex, fresh, btc);
  await fresh.close();
});
await step('WebSocket API: balance', async () => near(10000, (await ex.fetchBalanceWs()).USDT.total, 'balance', 0.05));
await step('WebSocket API: positions', async () => check(Array.isArray(await ex.fetchPositionsWs([btc])), 'no list'));
await step('WebSocket API: ticker and book', async () => {
  check((await ex.fetchTickerWs(btc)).ask > 0, 'no ask');
  check((await ex.fetchOrderBookWs(btc, 20)).bids.length === 20, 'no book');
});
await step('WebSocket API: order, edited, read, canceled', async () => {
  const order = await ex.createOrderWs(btc, 'limit', 'buy', 0.01, await part(btc, 0.97));
  await ex.editOrderWs(order.id, btc, 'limit', 'buy', 0.02, await part(btc, 0.96));
  same(0.02, (await ex.fetchOrderWs(order.id, btc)).amount);
  await ex.cancelOrderWs(order.id, btc);
});

// Hedge mode.
await step('hedge mode', () => ex.setPositionMode(true));
await step('both sides open, each with its stop', async () => {
  await ex.createOrder(eth, 'market', 'buy', 0.1, undefined, { positionSide: 'LONG' });
  await ex.createOrder(eth, 'market', 'sell', 0.2, undefined, { positionSide: 'SHORT' });
  await ex.createStopLossOrder(eth, 'market', 'sell', 0.1, undefined, await part(eth, 0.98), { positionSide: 'LONG' });
  await ex.createStopLossOrder(eth, 'market', 'buy', 0.2, undefined, await part(eth, 1.02), { positionSide: 'SHORT' });
  same('long,short', (await ex.fetchPositions([eth])).filter((p) => p.contracts > 0).map((p) => p.side).sort().join(','));
  same(2, (await algos(eth)).length);
});
await step('hedged sides closed', async () => {
  await ex.createOrder(eth, 'market', 'sell', 0.1, undefined, { positionSide: 'LONG' });
  await ex.createOrder(eth, 'market', 'buy', 0.2, undefined, { positionSide: 'SHORT' });
  await flat(eth);
  await ex.cancelAllOrders(eth, { trigger: true });
});
await step('one-way mode', () => ex.setPositionMode(false));

// Refusals.
await refused('bad secret', () => client('binanceusdm', { secret: 'wrong' }).fetchBalance(), says(-1022));
await refused('unknown key', () => client('binanceusdm', { apiKey: 'nobody' }).fetchBalance(), says(-2015));
await refused('late timestamp', async () => {
  const late = client('binanceusdm');
  late.nonce = () => Date.now() - 60_000;
  return late.fetchBalance();
}, says(-1021));
await refused('unknown symbol', () => ex.fapiPrivatePostOrder({ symbol: 'NOPEUSDT', side: 'BUY', type: 'MARKET', quantity: '1' }), says(-1121));
await refused('below the minimum notional', () => ex.createOrder(xrp, 'market', 'buy', 0.2), says(-4164));
await refused('more than the wallet', () => ex.createOrder(btc, 'market', 'buy', 30), says(-2019));
await refused('would trigger at once', async () => ex.createStopLossOrder(btc, 'market', 'sell', 0.01, undefined, await part(btc, 1.02)), says(-2021));
await refused('duplicate client id', async () => {
  const at = await part(btc, 0.97);
  await ex.createOrder(btc, 'limit', 'buy', 0.01, at, { clientOrderId: 'day-twice' });
  return ex.createOrder(btc, 'limit', 'buy', 0.01, at, { clientOrderId: 'day-twice' });
}, says(-4116));
await refused('cancel of what is done', () => ex.cancelOrder(entry.id, btc), says(-2011));
await refused('order nobody knows', () => ex.fetchOrder('1', btc), says(-2013));
await refused('stop by its algo id among the orders', () => ex.fetchOrder(stop.id, btc), says(-2013));

// What stays unserved is answered as production answers an unknown route.
const isUnknown = (error) => error.message.includes('"code":-5000');
await notServed('open interest history', 'GET /futures/data/openInterestHist', () => ex.fetchOpenInterestHistory(btc, '1h'), isUnknown);
await notServed('long/short ratio history', 'GET /futures/data/globalLongShortAccountRatio', () => ex.fetchLongShortRatioHistory(btc, '1h'), isUnknown);

done();
