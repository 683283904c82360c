/** Hosts that are looked at at once: easy on this machine; log-ins to one server have a limit of their own, in ssh/. */
const AT_ONCE = 8;

/** Does the same for each, eight at once; the results in the order of the items. Does not end what is under way when one rejects. */
export async function onEach<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
    const results: R[] = [];
    const left = items.entries();
    const work = async (): Promise<void> => {
        for (const [at, item] of left) results[at] = await act(item);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return results;
}
