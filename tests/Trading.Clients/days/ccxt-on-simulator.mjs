import ccxt from 'ccxt';
import { check, exchange, step, until } from './day.mjs';

/** An unmodified ccxt (REST and Pro), every address of which is the simulated exchange's. */
export function client(id, options = {}) {
  const made = new ccxt.pro[id]({ apiKey: exchange.key, secret: exchange.secret, enableRateLimit: true, rateLimit: 10, ...options });
  made.urls.api = moved(made.urls.api);
  return made;
}

export const swap = (base) => `${base}/USDT:USDT`;

function moved(urls) {
  if (typeof urls !== 'string') return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, moved(url)]));
  const [, scheme, path] = /^(https|wss):\/\/[^/]+(.*)$/.exec(urls);
  return (scheme === 'wss' ? exchange.stream : exchange.rest) + path;
}

/** The exchange's own code, in an error of the library that is none of the network. */
export const says = (code) => (error) => error instanceof ccxt.BaseError && [`"code":${code},`, `"retCode":${code},`].some((told) => error.message.includes(told));

/** Prices, books, candles and funding: what a client looks at before it trades. */
export async function market(ex) {
  const [btc, eth, sol] = ['BTC', 'ETH', 'SOL'].map(swap);
  await step('load markets', async () => {
    const markets = await ex.loadMarkets();
    check(markets[btc]?.linear && markets[btc].active, 'BTC/USDT:USDT is no active linear market');
    check(markets[btc].precision.price > 0 && markets[btc].limits.cost.min > 0, 'no precision or minimum');
  });
  await step('server time', async () => check(Math.abs((await ex.fetchTime()) - Date.now()) < 5000, 'far from ours'));
  await step('ticker', async () => check((await ex.fetchTicker(btc)).last > 0, 'no last price'));
  await step('tickers', async () => check(Object.keys(await ex.fetchTickers([btc, eth, sol])).length === 3, 'not three'));
  await step('all tickers', async () => check(Object.keys(await ex.fetchTickers()).length >= 40, 'fewer than 40'));
  await step('best bids and asks', async () => check((await ex.fetchBidsAsks([btc]))[btc].ask > 0, 'no ask'));
  await step('order book', async () => {
    const book = await ex.fetchOrderBook(btc, 20);
    check(book.bids.length === 20 && book.asks.length === 20 && book.bids[0][0] < book.asks[0][0], 'no book of 20 levels');
  });
  await step('public trades', async () => check((await ex.fetchTrades(btc)).length > 0, 'none'));
  for (const interval of ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d', '1w', '1M'])
    await step(`candles ${interval}`, async () => check((await ex.fetchOHLCV(btc, interval)).at(-1)[4] > 0, 'no close'));
  await step('candles of the mark price', async () => check((await ex.fetchMarkOHLCV(btc, '5m')).length > 0, 'none'));
  await step('candles of the index price', async () => check((await ex.fetchIndexOHLCV(btc, '5m')).length > 0, 'none'));
  await step('candles of the premium', async () => check((await ex.fetchPremiumIndexOHLCV(btc, '5m')).length > 0, 'none'));
  await step('funding rate', async () => check((await ex.fetchFundingRate(btc)).fundingTimestamp > Date.now(), 'no next funding'));
  await step('funding rates', async () => check(Object.keys(await ex.fetchFundingRates([btc, eth])).length === 2, 'not two'));
  await step('funding rate history', async () => check(Array.isArray(await ex.fetchFundingRateHistory(btc)), 'no list'));
  await step('open interest', async () => check((await ex.fetchOpenInterest(btc)).symbol === btc, 'not of BTC'));
}

/** Waits for one message of a stream. */
export const heard = (name, watch, holds) => step(name, async () => {
  let told;
  do told = await watch();
  while (!holds(told));
});

/** One client trades until another, which has just connected, is told of an order: of those of before it is told nothing. */
export async function toldOfAnOrder(trader, listener, symbol) {
  let told;
  listener.watchOrders().then((orders) => { told = orders.find((order) => order.symbol === symbol); });
  const far = trader.priceToPrecision(symbol, (await trader.fetchTicker(symbol)).last * 0.97);
  await until('an order', async () => {
    const { id } = await trader.createOrder(symbol, 'limit', 'buy', 0.01, far);
    await trader.cancelOrder(id, symbol);
    await new Promise((soon) => setTimeout(soon, 300));
    return told;
  });
}
